create function private.announce_work()
returns void
language plpgsql
volatile
set search_path = ''
as $$
begin
  -- https://docs.postgrest.org/en/v14/references/transactions.html#response-headers
  perform set_config('response.headers', '[{"X-Work-Waits": "true"}]', true);
end;
$$;
comment on function private.announce_work is
'Has the data API say in its answer that this transaction committed events or jobs, so that our function wakes those who
take them (lib/core/http/wake.py).';

create function private.enqueue_job(
  queue text,
  kind text,
  brand_id uuid default null,
  payload jsonb default '{}',
  run_at timestamptz default now(),
  dedupe_key text default null,
  max_attempts integer default 5,
  priority integer default 0,
  order_key uuid default null
)
returns uuid
language plpgsql
volatile
set search_path = ''
as $$
#variable_conflict use_column
declare
  job_id uuid;
begin
  insert into private.jobs (
    queue, kind, brand_id, payload, run_at, dedupe_key, max_attempts, priority, order_key, place
  )
  values (
    enqueue_job.queue, enqueue_job.kind, enqueue_job.brand_id, enqueue_job.payload, enqueue_job.run_at,
    enqueue_job.dedupe_key, enqueue_job.max_attempts, enqueue_job.priority, enqueue_job.order_key,
    case when enqueue_job.order_key is not null then private.uuid_v7() end
  )
  on conflict (queue, dedupe_key) where dedupe_key is not null do nothing
  returning jobs.id into job_id;
  if job_id is not null and enqueue_job.run_at <= now() then
    perform private.announce_work();
  end if;
  return job_id;
end;
$$;
comment on function private.enqueue_job is
'Adds a job in the transaction of the caller and returns its id. Adds none and returns null if the queue has a job with
the same dedupe_key. order_key: see jobs; all jobs of one key have one priority, and their transactions take turns.';

create function public.enqueue_job(
  queue text,
  kind text,
  brand_id uuid default null,
  payload jsonb default '{}',
  run_at timestamptz default now(),
  dedupe_key text default null,
  max_attempts integer default 5,
  priority integer default 0,
  order_key uuid default null
)
returns uuid
language sql
volatile
security definer -- private is closed to the service as well
set search_path = ''
as $$
  select private.enqueue_job(
    enqueue_job.queue, enqueue_job.kind, enqueue_job.brand_id, enqueue_job.payload, enqueue_job.run_at,
    enqueue_job.dedupe_key, enqueue_job.max_attempts, enqueue_job.priority, enqueue_job.order_key
  );
$$;
comment on function public.enqueue_job is 'For the service: adds a job; see private.enqueue_job.';
grant execute on function public.enqueue_job to service_role;

create function public.claim_jobs(
  queue text,
  worker text,
  batch integer default 50,
  lease interval default '60 seconds',
  begins boolean default false
)
returns table (id uuid, kind text, brand_id uuid, payload jsonb, attempts integer, lease_until timestamptz)
language plpgsql
volatile
security definer -- private is closed to the service as well
set search_path = ''
-- The statistics of a queue are as old as its last vacuum: by them a sort of all jobs of a brand may seem cheaper than
-- the first of the index.
set enable_bitmapscan = off
set enable_seqscan = off
as $$
#variable_conflict use_column
declare
  wanted constant integer := least(greatest(claim_jobs.batch, 1), 1000);
  brands uuid [];
  -- Bounds the jobs that are looked at to some 10,000, however many brands wait.
  most integer;
  depth integer;
  ready uuid [];
  attempts_before integer [];
  with_more integer;
begin
  -- Workers of a queue claim one after another, so that each finds a whole batch that no other is about to lease.
  perform pg_advisory_xact_lock(hashtextextended('claim_jobs:' || claim_jobs.queue, 0));
  -- The brands with jobs, each by one step in the index.
  with recursive waiting (turn_of) as (
    (
      select coalesce(jobs.brand_id, '00000000-0000-0000-0000-000000000000')
      from private.jobs
      where jobs.queue = claim_jobs.queue
      order by coalesce(jobs.brand_id, '00000000-0000-0000-0000-000000000000')
      limit 1
    )
    union all
    select (
      select coalesce(jobs.brand_id, '00000000-0000-0000-0000-000000000000')
      from private.jobs
      where
        jobs.queue = claim_jobs.queue
        and coalesce(jobs.brand_id, '00000000-0000-0000-0000-000000000000') > waiting.turn_of
      order by coalesce(jobs.brand_id, '00000000-0000-0000-0000-000000000000')
      limit 1
    )
    from waiting
    where waiting.turn_of is not null
  )
  select coalesce(array_agg(waiting.turn_of), '{}') into brands from waiting where waiting.turn_of is not null;
  most := least(wanted, greatest(10000 / greatest(cardinality(brands), 1), 1));
  depth := least(most, (wanted - 1) / greatest(cardinality(brands), 1) + 1);
  -- The first job of every brand, the second of every brand and so on: a brand with any number of jobs takes no more of
  -- a batch than the others leave. Reads so many of each as fill the batch, and more only where some brands have fewer.
  loop
    if exists (select from private.jobs where jobs.queue = claim_jobs.queue and jobs.order_key is not null) then
      select next.ids, next.attempts into ready, attempts_before
      from private.next_in_order(claim_jobs.queue, brands, wanted) as next;
      exit;
    end if;
    select
      coalesce((array_agg(found.id order by found.turn, found.run_at, found.id))[:wanted], '{}'),
      (array_agg(found.attempts order by found.turn, found.run_at, found.id))[:wanted],
      count(*) filter (where found.turn = depth)
    into ready, attempts_before, with_more
    from unnest(brands) as brand (turn_of)
    cross join lateral (
      select
        jobs.id, jobs.run_at, jobs.attempts,
        row_number() over (order by jobs.priority desc, jobs.run_at, jobs.id) as turn
      from private.jobs
      where
        jobs.queue = claim_jobs.queue
        and coalesce(jobs.brand_id, '00000000-0000-0000-0000-000000000000') = brand.turn_of
        and jobs.run_at <= now()
        and (jobs.lease_until is null or jobs.lease_until < now())
        and jobs.attempts < jobs.max_attempts
      order by jobs.priority desc, jobs.run_at, jobs.id
      limit depth
    ) as found;
    exit when cardinality(ready) = wanted or with_more = 0 or depth = most;
    depth := least(most, depth + greatest((wanted - cardinality(ready) - 1) / with_more + 1, depth));
  end loop;
  return query
    with leased as (
      update private.jobs
      set
        leased_by = claim_jobs.worker, lease_until = now() + claim_jobs.lease,
        attempts = jobs.attempts + (claim_jobs.begins and jobs.attempts = 0)::integer
      from unnest(ready, attempts_before) with ordinality as next (id, attempts, place)
      where jobs.id = next.id
      returning
        jobs.id, jobs.kind, jobs.brand_id, jobs.payload, next.attempts, jobs.lease_until, next.place
    )
    select leased.id, leased.kind, leased.brand_id, leased.payload, leased.attempts, leased.lease_until
    from leased
    order by leased.place;
end;
$$;
comment on function public.claim_jobs is
'Leases up to a batch (at most 1000) of ready jobs to a worker and returns them: one of each brand, then the next one of
each, so that no brand waits for another. A job is leased to one worker at a time. Jobs with one order_key go to one
worker, in order, and wait for an earlier one that is begun or tried again. attempts: those before. No attempt is
counted yet (see begin_jobs), but with `begins` the first one of each job that had none: for a worker that does all of
those by one call, at once.';
grant execute on function public.claim_jobs to service_role;

create function public.begin_jobs(ids uuid[], worker text, lease interval default '60 seconds')
returns uuid[]
language sql
volatile
security definer -- private is closed to the service as well
set search_path = ''
as $$
  -- Counted here and not by the claim: a job that kills its worker must not use up the attempts of its batch.
  with begun as (
    update private.jobs
    set attempts = jobs.attempts + 1, lease_until = greatest(jobs.lease_until, now() + begin_jobs.lease)
    where jobs.id = any (begin_jobs.ids) and jobs.leased_by = begin_jobs.worker and jobs.lease_until >= now()
    returning jobs.id
  )
  select coalesce(array_agg(begun.id), '{}') from begun;
$$;
comment on function public.begin_jobs is
'Counts an attempt of each of these jobs that the worker still holds, just before it does them, and gives each at least
a whole lease. Returns their ids; the worker must not do the others.';
grant execute on function public.begin_jobs to service_role;

create function public.extend_leases(ids uuid[], worker text, lease interval default '60 seconds')
returns integer
language sql
volatile
security definer -- private is closed to the service as well
set search_path = ''
as $$
  with extended as (
    update private.jobs set lease_until = now() + extend_leases.lease
    where jobs.id = any (extend_leases.ids) and jobs.leased_by = extend_leases.worker and jobs.lease_until >= now()
    returning 1
  )
  select count(*)::integer from extended;
$$;
comment on function public.extend_leases is
'Extends the leases of jobs that the worker still holds. Returns how many it extended.';
grant execute on function public.extend_leases to service_role;

create function public.complete_jobs(ids uuid[], worker text)
returns integer
language sql
volatile
security definer -- private is closed to the service as well
set search_path = ''
as $$
  with done as (
    delete from private.jobs
    where jobs.id = any (complete_jobs.ids) and jobs.leased_by = complete_jobs.worker
    returning 1
  )
  select count(*)::integer from done;
$$;
comment on function public.complete_jobs is
'Removes jobs that the worker has completed. Returns how many; jobs that another worker has taken over stay.';
grant execute on function public.complete_jobs to service_role;

create function public.release_jobs(ids uuid[], worker text, are_begun boolean default false)
returns integer
language sql
volatile
security definer -- private is closed to the service as well
set search_path = ''
as $$
  with released as (
    update private.jobs
    set
      leased_by = null, lease_until = null,
      attempts = greatest(jobs.attempts - case when release_jobs.are_begun then 1 else 0 end, 0)
    where jobs.id = any (release_jobs.ids) and jobs.leased_by = release_jobs.worker
    returning 1
  )
  select count(*)::integer from released;
$$;
comment on function public.release_jobs is
'Returns jobs to their queue that the worker claimed and did not begin or, with are_begun, could not finish through no
fault of theirs: that attempt does not count. Returns how many; jobs that another worker has taken over stay with it.';
grant execute on function public.release_jobs to service_role;
