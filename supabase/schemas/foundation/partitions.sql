create function private.ensure_partitions(parent text, from_date date, years integer)
returns integer
language plpgsql
set search_path = ''
set timezone = 'UTC'
as $$
declare
  created integer := 0;
  year_start timestamptz;
  lower_bound uuid;
  upper_bound uuid;
  partition_name text;
  default_name text := parent || '_default';
  is_late boolean;
begin
  for offset_years in 0 .. years - 1 loop
    year_start := date_trunc('year', from_date::timestamptz) + make_interval(years => offset_years);
    lower_bound := private.uuid_v7_floor(year_start);
    upper_bound := private.uuid_v7_floor(year_start + interval '1 year');
    partition_name := format('%s_%s', parent, to_char(year_start, 'YYYY'));
    continue when to_regclass(format('private.%I', partition_name)) is not null;
    execute format(
      'select exists (select from private.%I where id >= %L and id < %L)', default_name, lower_bound, upper_bound
    ) into is_late;
    if is_late then
      -- Rows that came before their year's partition lie in the default one, which bars it: they move along.
      execute format(
        'create table private.%I (like public.%I including defaults including constraints)', partition_name, parent
      );
      execute format('alter table public.%I detach partition private.%I', parent, default_name);
      execute format(
        'with moved as (delete from private.%I where id >= %L and id < %L returning *) '
        'insert into private.%I select * from moved',
        default_name, lower_bound, upper_bound, partition_name
      );
      execute format(
        'alter table public.%I attach partition private.%I for values from (%L) to (%L)',
        parent, partition_name, lower_bound, upper_bound
      );
      execute format('alter table public.%I attach partition private.%I default', parent, default_name);
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
'Creates the yearly partitions (by UUIDv7 range) of a table of public that are missing, from the year of a date on, and
moves rows of that year out of the default partition; returns how many it created. Rows that foreign keys refer to
cannot move, so create partitions ahead of time.';

create function public.make_next_partitions(years integer default 2)
returns integer
language sql
volatile
security definer -- only the owner of a table may add partitions
set search_path = ''
set statement_timeout = '30s'
as $$
  select sum(private.ensure_partitions(parent.relname, current_date, make_next_partitions.years + 1))::integer
  from pg_catalog.pg_class as parent
  where parent.relkind = 'p' and parent.relnamespace = 'public'::regnamespace;
$$;
comment on function public.make_next_partitions is
'For the scheduler: creates the partitions of this year and of the given number of years after it, for every
partitioned table; returns how many were new.';
grant execute on function public.make_next_partitions to service_role;
