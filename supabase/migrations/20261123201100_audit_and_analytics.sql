-- The audit log, chained so that a change of it shows, and the figures of each brand by day.

create table public.audit_log (
  id uuid primary key default private.uuid_v7(),
  brand_id uuid not null references public.brands (id),
  position bigint not null check (position >= 1),
  action text not null check (action ~ '^[a-z_]+(\.[a-z_]+)+$'),
  outcome text not null default 'success' check (outcome in ('success', 'denied', 'error')),
  actor_id uuid,
  actor_type text not null default 'user' check (actor_type in ('user', 'system', 'api')),
  session_id uuid,
  address private.ciphertext,
  resource_type text not null check (char_length(resource_type) between 1 and 50),
  resource_id uuid,
  details jsonb not null default '{}' check (jsonb_typeof(details) = 'object'),
  request_id text check (char_length(request_id) <= 128),
  occurred_at timestamptz not null default clock_timestamp(),
  previous_hash text not null check (previous_hash ~ '^[0-9a-f]{64}$'),
  hash text not null check (hash ~ '^[0-9a-f]{64}$'),
  unique (brand_id, position)
);
comment on table public.audit_log is 'Who did what, where a proof is owed (domain §12); append-only, one chain of hashes for each brand.';
comment on column public.audit_log.hash is 'SHA-256 of previous_hash and of everything else in the row: see private.audit_hash.';
comment on column public.audit_log.address is 'The client''s address, encrypted by the application.';
create index audit_log_resource_idx on public.audit_log (resource_id, id);
create index audit_log_occurred_idx on public.audit_log (brand_id, occurred_at desc);
alter table public.audit_log enable row level security;
create trigger refuse_change before update or delete on public.audit_log
for each row execute function private.refuse_change();
create trigger refuse_truncate before truncate on public.audit_log
for each statement execute function private.refuse_change();

create function private.audit_hash(entry public.audit_log)
returns text
language sql
stable
set search_path = ''
set timezone = 'UTC'
as $$
  select encode(sha256(convert_to((to_jsonb(entry) - 'hash')::text, 'UTF8')), 'hex');
$$;
comment on function private.audit_hash is 'What the hash of a row must be.';

create function private.audit(
  brand uuid,
  action text,
  resource_type text,
  resource_id uuid,
  details jsonb default '{}',
  outcome text default 'success'
)
returns void
language plpgsql
volatile
security definer -- nobody may write the log by themselves
set search_path = ''
as $$
declare
  entry public.audit_log;
  last_entry public.audit_log;
begin
  -- One at a time for each brand: two rows must not follow the same one.
  perform pg_advisory_xact_lock(hashtextextended('audit:' || brand, 0));
  select * into last_entry from public.audit_log where audit_log.brand_id = brand order by audit_log.position desc limit 1;
  entry.id := private.uuid_v7();
  entry.brand_id := brand;
  entry.position := coalesce(last_entry.position, 0) + 1;
  entry.action := audit.action;
  entry.outcome := audit.outcome;
  entry.actor_id := auth.uid();
  entry.actor_type := case when auth.uid() is null then 'system' else 'user' end;
  entry.session_id := private.session_id();
  entry.resource_type := audit.resource_type;
  entry.resource_id := audit.resource_id;
  entry.details := audit.details;
  entry.request_id := private.request_id();
  entry.occurred_at := clock_timestamp();
  entry.previous_hash := coalesce(last_entry.hash, repeat('0', 64));
  entry.hash := private.audit_hash(entry);
  insert into public.audit_log select entry.*;
end;
$$;
comment on function private.audit is 'Appends to the chain of a brand, by the caller.';

create function public.verify_audit_log(brand_id uuid)
returns table (audit_id uuid, chain_position bigint, problem text)
language plpgsql
stable
security definer -- reads the whole chain; the caller is checked
set search_path = ''
as $$
#variable_conflict use_column
begin
  perform private.require_permission(verify_audit_log.brand_id, 'audit.read');
  return query
    select
      entry.id, entry.position,
      case
        when entry.hash <> private.audit_hash(entry.entry_row) then 'the row was changed'
        else 'a row before this one is missing or moved'
      end
    from (
      select
        entries as entry_row, entries.*,
        lag(entries.hash, 1, repeat('0', 64)) over by_position as hash_before,
        lag(entries.position, 1, 0::bigint) over by_position as position_before
      from public.audit_log as entries
      where entries.brand_id = verify_audit_log.brand_id
      window by_position as (order by entries.position)
    ) as entry
    where
      entry.hash <> private.audit_hash(entry.entry_row)
      or entry.previous_hash <> entry.hash_before
      or entry.position <> entry.position_before + 1
    order by entry.position;
end;
$$;
comment on function public.verify_audit_log is 'The rows at which a brand''s chain is broken; none when it is whole.';
grant execute on function public.verify_audit_log to authenticated;

create function private.audit_change()
returns trigger
language plpgsql
security definer -- nobody may write the log by themselves
set search_path = ''
as $$
declare
  before_row jsonb := case when tg_op <> 'INSERT' then to_jsonb(old) end;
  after_row jsonb := case when tg_op <> 'DELETE' then to_jsonb(new) end;
  this_row jsonb := coalesce(after_row, before_row);
begin
  -- Secrets, even hashed or encrypted, are not for the log. The arguments name the resource and what to leave out.
  perform private.audit(
    (this_row ->> 'brand_id')::uuid,
    tg_argv[0] || '.' || case tg_op when 'INSERT' then 'create' when 'UPDATE' then 'update' else 'delete' end,
    tg_argv[0],
    coalesce(this_row ->> 'id', this_row ->> 'user_id')::uuid,
    jsonb_strip_nulls(jsonb_build_object('previous', before_row - tg_argv, 'current', after_row - tg_argv))
  );
  return null;
end;
$$;
create trigger audit_change after insert or update of role,
permissions,
restrictions,
expires_at or delete on public.brand_members
for each row execute function private.audit_change('membership');
create trigger audit_change after insert or update of name,
scopes,
allowed_addresses,
revoked_at,
expires_at on public.api_keys
for each row execute function private.audit_change('api_key', 'key_hash');
create trigger audit_change after insert or update of url, event_types, is_active or delete on public.webhook_endpoints
for each row execute function private.audit_change('webhook', 'secret');

create function private.audit_content()
returns trigger
language plpgsql
security definer -- nobody may write the log by themselves
set search_path = ''
as $$
begin
  perform private.audit(
    new.brand_id,
    case when new.deleted_at is distinct from old.deleted_at then 'content.delete' else 'content.' || new.status end,
    'content', new.id, jsonb_build_object('from', old.status, 'to', new.status, 'version', new.version)
  );
  return null;
end;
$$;
create trigger audit_content after update on public.contents
for each row when (
  (new.status is distinct from old.status and new.status in ('approved', 'rejected', 'published', 'archived'))
  or new.deleted_at is distinct from old.deleted_at
)
execute function private.audit_content();

-- The figures of reference §7.2 and domain §10. A materialised view knows no row-level security: it lies in private, and
-- the function below gives each caller the brands that are theirs.

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
comment on function public.refresh_analytics is 'For the scheduler: brings the figures up to date; readers go on meanwhile.';
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

create or replace function private.ensure_partitions(parent text, from_month date, months integer)
returns integer
language plpgsql
set search_path = ''
set timezone = 'UTC'
as $$
declare
  created integer := 0;
  month_start timestamptz;
  lower_bound uuid;
  upper_bound uuid;
  partition_name text;
  is_late boolean;
begin
  for offset_months in 0 .. months - 1 loop
    month_start := date_trunc('month', from_month::timestamptz) + make_interval(months => offset_months);
    lower_bound := private.uuid_v7_floor(month_start);
    upper_bound := private.uuid_v7_floor(month_start + interval '1 month');
    partition_name := format('%s_%s', parent, to_char(month_start, 'YYYY_MM'));
    continue when to_regclass(format('private.%I', partition_name)) is not null;
    execute format(
      'select exists (select from private.%I where id >= %L and id < %L)', parent || '_default', lower_bound, upper_bound
    ) into is_late;
    if is_late then
      -- Rows that came before their month's partition lie in the default one, which bars it: they move along.
      execute format('create table private.%I (like public.%I including defaults including constraints)', partition_name, parent);
      execute format('alter table public.%I detach partition private.%I', parent, parent || '_default');
      execute format(
        'with moved as (delete from private.%I where id >= %L and id < %L returning *) '
        'insert into private.%I select * from moved',
        parent || '_default', lower_bound, upper_bound, partition_name
      );
      execute format(
        'alter table public.%I attach partition private.%I for values from (%L) to (%L)',
        parent, partition_name, lower_bound, upper_bound
      );
      execute format('alter table public.%I attach partition private.%I default', parent, parent || '_default');
    else
      execute format(
        'create table private.%I partition of public.%I for values from (%L) to (%L)',
        partition_name, parent, lower_bound, upper_bound
      );
    end if;
    -- Access goes through the parent and its policies; nothing reaches a partition by its own name.
    execute format('alter table private.%I enable row level security', partition_name);
    created := created + 1;
  end loop;
  return created;
end;
$$;
comment on function private.ensure_partitions is
'Creates the monthly partitions (by UUIDv7 range) of a table of public that are missing, also where rows of the month came
first; returns how many. Contents that came first and are referred to cannot move: make partitions ahead of time.';

create function public.make_next_partitions(months integer default 6)
returns integer
language sql
volatile
security definer -- only the owner of a table may add partitions
set search_path = ''
as $$
  select sum(private.ensure_partitions(parent, current_date, make_next_partitions.months + 1))::integer
  from unnest(array['contents', 'content_versions', 'domain_events', 'ai_generations']) as parent;
$$;
comment on function public.make_next_partitions is 'For the scheduler: this month''s partitions and those of the months after; returns how many were new.';
grant execute on function public.make_next_partitions to service_role;
