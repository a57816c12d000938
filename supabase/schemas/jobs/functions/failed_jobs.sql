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

create function private.bury_job(job private.jobs, reason text)
returns void
language sql
volatile
set search_path = ''
as $$
  delete from private.jobs where jobs.id = (bury_job.job).id;
  -- A key stands for one piece of work. Work that died before and was asked for again has one dead letter.
  delete from private.dead_jobs
  where dead_jobs.queue = (bury_job.job).queue and dead_jobs.dedupe_key = (bury_job.job).dedupe_key;
  insert into private.dead_jobs (
    id, queue, kind, brand_id, payload, dedupe_key, attempts, max_attempts, last_error, created_at, order_key, place
  )
  values (
    (bury_job.job).id, (bury_job.job).queue, (bury_job.job).kind, (bury_job.job).brand_id, (bury_job.job).payload,
    (bury_job.job).dedupe_key, (bury_job.job).attempts, (bury_job.job).max_attempts, left(bury_job.reason, 2000),
    (bury_job.job).created_at, (bury_job.job).order_key, (bury_job.job).place
  );
$$;
comment on function private.bury_job is 'Moves a job that failed for good to dead_jobs.';

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
    perform private.bury_job(job, error);
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
language plpgsql
volatile
security definer -- private is closed to the service as well
set search_path = ''
set statement_timeout = '30s'
as $$
declare
  job private.jobs;
  buried integer := 0;
begin
  -- A job whose worker dies in each attempt is never reported as failed: its leases just end.
  for job in
    select jobs.* from private.jobs
    where jobs.lease_until < now() and jobs.attempts >= jobs.max_attempts
    limit bury_exhausted_jobs.batch
    for update skip locked
  loop
    perform private.bury_job(job, coalesce(job.last_error, 'its worker did not come back'));
    buried := buried + 1;
  end loop;
  return buried;
end;
$$;
comment on function public.bury_exhausted_jobs is
'For the scheduler: moves jobs whose workers died in every attempt to dead_jobs. Returns how many it moved.';
grant execute on function public.bury_exhausted_jobs to service_role;

create function private.revive_job(job_id uuid)
returns boolean
language sql
volatile
set search_path = ''
as $$
  with revived as (
    delete from private.dead_jobs where dead_jobs.id = revive_job.job_id returning *
  ),
  queued as (
    -- A job with a last_error keeps the later ones of its order_key waiting, as one that is being retried does.
    insert into private.jobs (
      id, queue, kind, brand_id, payload, dedupe_key, max_attempts, created_at, last_error, order_key, place
    )
    select revived.id, revived.queue, revived.kind, revived.brand_id, revived.payload, revived.dedupe_key,
      revived.max_attempts, revived.created_at, revived.last_error, revived.order_key, revived.place
    from revived
    -- The same work may have been asked for again meanwhile.
    on conflict (queue, dedupe_key) where dedupe_key is not null do nothing
    returning 1
  )
  select exists (select from revived);
$$;
comment on function private.revive_job is
'Moves a dead job back to its queue, with all its attempts and in its place. Returns whether there was one.';
