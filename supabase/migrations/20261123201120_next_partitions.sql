-- Partitions, also for months whose first rows came before them.

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
      'select exists (select from private.%I where id >= %L and id < %L)', parent || '_default', lower_bound,
        upper_bound
    ) into is_late;
    if is_late then
      -- Rows that came before their month's partition lie in the default one, which bars it: they move along.
      execute format('create table private.%I (like public.%I including defaults including constraints)',
        partition_name, parent);
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
'Creates the monthly partitions (by UUIDv7 range) of a table of public that are missing, also where rows of the month
came first; returns how many. Contents that came first and are referred to cannot move: make partitions ahead of time.';

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
comment on function public.make_next_partitions is
'For the scheduler: this month''s partitions and those of the months after; returns how many were new.';
grant execute on function public.make_next_partitions to service_role;
