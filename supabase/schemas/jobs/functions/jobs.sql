create function private.enqueue_job(
  queue text,
  kind text,
  brand_id uuid default null,
  payload jsonb default '{}',
  run_at timestamptz default now(),
  dedupe_key text default null,
  max_attempts integer default 5,
  priority integer default 0
)
returns uuid
language sql
volatile
set search_path = ''
as $$
  insert into private.jobs (queue, kind, brand_id, payload, run_at, dedupe_key, max_attempts, priority)
  values (
    enqueue_job.queue, enqueue_job.kind, enqueue_job.brand_id, enqueue_job.payload, enqueue_job.run_at,
    enqueue_job.dedupe_key, enqueue_job.max_attempts, enqueue_job.priority
  )
  on conflict (queue, dedupe_key) where dedupe_key is not null do nothing
  returning jobs.id;
$$;
comment on function private.enqueue_job is
'Adds a job in the transaction of the caller and returns its id. Adds none and returns null if the queue has a job with
the same dedupe_key.';

create function public.enqueue_job(
  queue text,
  kind text,
  brand_id uuid default null,
  payload jsonb default '{}',
  run_at timestamptz default now(),
  dedupe_key text default null,
  max_attempts integer default 5,
  priority integer default 0
)
returns uuid
language sql
volatile
security definer -- private is closed to the service as well
set search_path = ''
as $$
  select private.enqueue_job(
    enqueue_job.queue, enqueue_job.kind, enqueue_job.brand_id, enqueue_job.payload, enqueue_job.run_at,
    enqueue_job.dedupe_key, enqueue_job.max_attempts, enqueue_job.priority
  );
$$;
comment on function public.enqueue_job is 'For the service: adds a job; see private.enqueue_job.';
grant execute on function public.enqueue_job to service_role;

create function public.claim_jobs(
  queue text, worker text, batch integer default 50, lease interval default '60 seconds'
)
returns table (id uuid, kind text, brand_id uuid, payload jsonb, attempts integer, lease_until timestamptz)
language sql
volatile
security definer -- private is closed to the service as well
set search_path = ''
as $$
  with ready as (
    select jobs.id
    from private.jobs
    where
      jobs.queue = claim_jobs.queue
      and jobs.run_at <= now()
      and (jobs.lease_until is null or jobs.lease_until < now())
      and jobs.attempts < jobs.max_attempts
    order by jobs.priority desc, jobs.run_at, jobs.id
    limit least(greatest(claim_jobs.batch, 1), 1000)
    for update skip locked
  )
  update private.jobs
  set leased_by = claim_jobs.worker, lease_until = now() + claim_jobs.lease
  from ready
  where jobs.id = ready.id
  returning jobs.id, jobs.kind, jobs.brand_id, jobs.payload, jobs.attempts, jobs.lease_until;
$$;
comment on function public.claim_jobs is
'Leases up to a batch (at most 1000) of ready jobs to a worker and returns them. A job is leased to one worker at a
time. No attempt is counted yet: see begin_jobs.';
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

create function private.retry_delay(attempts integer)
returns interval
language sql
volatile
set search_path = ''
as $$
  -- 5, 10, 20 … seconds, at most one hour, ±25 %: jobs that failed together are not retried together.
  select least(5 * 2 ^ (greatest(attempts, 1) - 1), 3600) * (0.75 + random() * 0.5) * interval '1 second';
$$;
comment on function private.retry_delay is 'Returns how long to wait before the next attempt after this many.';

create function public.fail_job(job_id uuid, worker text, error text, is_final boolean default false)
returns text
language plpgsql
volatile
security definer -- private is closed to the service as well
set search_path = ''
as $$
declare
  job private.jobs;
begin
  select * into job from private.jobs where jobs.id = job_id and jobs.leased_by = worker for update;
  if job.id is null then
    return 'lost';
  end if;
  if is_final or job.attempts >= job.max_attempts then
    delete from private.jobs where jobs.id = job.id;
    insert into private.dead_jobs (id, queue, kind, brand_id, payload, attempts, last_error, created_at)
    values (job.id, job.queue, job.kind, job.brand_id, job.payload, job.attempts, left(error, 2000), job.created_at);
    return 'dead';
  end if;
  update private.jobs
  set
    leased_by = null, lease_until = null, last_error = left(fail_job.error, 2000),
    run_at = now() + private.retry_delay(job.attempts)
  where jobs.id = job.id;
  return 'retried';
end;
$$;
comment on function public.fail_job is
'Ends an attempt at a job with an error. Returns `retried` if it runs again later, `dead` if the failure is final or its
attempts are used up, or `lost` if another worker has taken over the lease.';
grant execute on function public.fail_job to service_role;

create function public.bury_exhausted_jobs(batch integer default 500)
returns integer
language sql
volatile
security definer -- private is closed to the service as well
set search_path = ''
set statement_timeout = '30s'
as $$
  -- A job whose worker dies in each attempt is never reported as failed: its leases just end.
  with exhausted as (
    delete from private.jobs
    where jobs.id in (
      select found.id from private.jobs as found
      where found.lease_until < now() and found.attempts >= found.max_attempts
      limit bury_exhausted_jobs.batch
      for update skip locked
    )
    returning *
  ),
  buried as (
    insert into private.dead_jobs (id, queue, kind, brand_id, payload, attempts, last_error, created_at)
    select
      exhausted.id, exhausted.queue, exhausted.kind, exhausted.brand_id, exhausted.payload, exhausted.attempts,
      coalesce(exhausted.last_error, 'its worker did not come back'), exhausted.created_at
    from exhausted
    returning 1
  )
  select count(*)::integer from buried;
$$;
comment on function public.bury_exhausted_jobs is
'For the scheduler: moves jobs whose workers died in every attempt to dead_jobs. Returns how many it moved.';
grant execute on function public.bury_exhausted_jobs to service_role;

create function public.revive_job(job_id uuid)
returns boolean
language sql
volatile
security definer -- private is closed to the service as well
set search_path = ''
as $$
  with revived as (
    delete from private.dead_jobs where dead_jobs.id = revive_job.job_id returning *
  ),
  queued as (
    insert into private.jobs (id, queue, kind, brand_id, payload, created_at, last_error)
    select revived.id, revived.queue, revived.kind, revived.brand_id, revived.payload, revived.created_at,
      revived.last_error
    from revived
    returning 1
  )
  select exists (select from queued);
$$;
comment on function public.revive_job is
'Moves a dead job back to its queue, with all its attempts. Returns whether there was one.';
grant execute on function public.revive_job to service_role;
