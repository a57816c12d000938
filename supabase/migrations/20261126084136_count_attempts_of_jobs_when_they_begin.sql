-- Count attempts of jobs when they begin
-- Planned by `make migration` from supabase/schemas and supabase/policies.

-- Waits at most five seconds for a lock, because queries behind a waiting lock wait as well. On failure, push again.
set lock_timeout = '5s';
set check_function_bodies = off;

DROP FUNCTION "public"."release_jobs"(uuid[], text);

CREATE OR REPLACE FUNCTION public.begin_jobs(ids uuid[], worker text, lease interval DEFAULT '00:01:00'::interval)
 RETURNS uuid[]
 LANGUAGE sql
 SECURITY DEFINER
 SET search_path TO ''
AS $function$
  -- Counted here and not by the claim: a job that kills its worker must not use up the attempts of its batch.
  with begun as (
    update private.jobs
    set attempts = jobs.attempts + 1, lease_until = greatest(jobs.lease_until, now() + begin_jobs.lease)
    where jobs.id = any (begin_jobs.ids) and jobs.leased_by = begin_jobs.worker and jobs.lease_until >= now()
    returning jobs.id
  )
  select coalesce(array_agg(begun.id), '{}') from begun;
$function$;

ALTER FUNCTION "public"."begin_jobs"(uuid[], text, interval) OWNER TO "postgres";

CREATE OR REPLACE FUNCTION public.claim_jobs(queue text, worker text, batch integer DEFAULT 50, lease interval DEFAULT '00:01:00'::interval)
 RETURNS TABLE(id uuid, kind text, brand_id uuid, payload jsonb, attempts integer, lease_until timestamp with time zone)
 LANGUAGE sql
 SECURITY DEFINER
 SET search_path TO ''
AS $function$
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
$function$;

CREATE OR REPLACE FUNCTION public.release_jobs(ids uuid[], worker text, are_begun boolean DEFAULT false)
 RETURNS integer
 LANGUAGE sql
 SECURITY DEFINER
 SET search_path TO ''
AS $function$
  with released as (
    update private.jobs
    set
      leased_by = null, lease_until = null,
      attempts = greatest(jobs.attempts - case when release_jobs.are_begun then 1 else 0 end, 0)
    where jobs.id = any (release_jobs.ids) and jobs.leased_by = release_jobs.worker
    returning 1
  )
  select count(*)::integer from released;
$function$;

ALTER FUNCTION "public"."release_jobs"(uuid[], text, boolean) OWNER TO "postgres";

COMMENT ON FUNCTION "public"."begin_jobs"(uuid[], text, interval) IS 'Counts an attempt of each of these jobs that the worker still holds, just before it does them, and gives each at least
a whole lease. Returns their ids; the worker must not do the others.';

COMMENT ON FUNCTION "public"."claim_jobs"(text, text, integer, interval) IS 'Leases up to a batch (at most 1000) of ready jobs to a worker and returns them. A job is leased to one worker at a
time. No attempt is counted yet: see begin_jobs.';

COMMENT ON FUNCTION "public"."release_jobs"(uuid[], text, boolean) IS 'Returns jobs to their queue that the worker claimed and did not begin or, with are_begun, could not finish through no
fault of theirs: that attempt does not count. Returns how many; jobs that another worker has taken over stay with it.';

REVOKE ALL ON FUNCTION "public"."begin_jobs"(uuid[], text, interval) FROM PUBLIC;

REVOKE ALL ON FUNCTION "public"."begin_jobs"(uuid[], text, interval) FROM "postgres";

GRANT EXECUTE ON FUNCTION "public"."begin_jobs"(uuid[], text, interval) TO "postgres";

GRANT EXECUTE ON FUNCTION "public"."begin_jobs"(uuid[], text, interval) TO "service_role";

REVOKE ALL ON FUNCTION "public"."release_jobs"(uuid[], text, boolean) FROM PUBLIC;

REVOKE ALL ON FUNCTION "public"."release_jobs"(uuid[], text, boolean) FROM "postgres";

GRANT EXECUTE ON FUNCTION "public"."release_jobs"(uuid[], text, boolean) TO "postgres";

GRANT EXECUTE ON FUNCTION "public"."release_jobs"(uuid[], text, boolean) TO "service_role";
