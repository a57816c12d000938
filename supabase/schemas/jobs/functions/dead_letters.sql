create function private.dead_letters(
  wanted_kind text, brand uuid, died_before timestamptz, before_id uuid, page_size integer
)
returns table (
  id uuid, kind text, source text, name text, brand_id uuid, subject_type text, subject_id text, attempts integer,
  reason text, died_at timestamptz, created_at timestamptz
)
language sql
stable
set search_path = ''
as $$
  (
    select
      job.id,
      case when job.kind = 'event' then 'event' when job.queue = 'mail' then 'mail' else 'job' end,
      job.queue,
      -- The type of an event; other jobs say by their kind what they do.
      left(case when job.kind = 'event' then job.payload ->> 'type' else job.kind end, 100),
      job.brand_id,
      left(case when job.kind = 'event' then job.payload ->> 'aggregateType' end, 50),
      left(coalesce(job.payload ->> 'aggregateId', job.payload ->> 'id'), 36),
      job.attempts, job.last_error, job.died_at, job.created_at
    from private.dead_jobs as job
    where
      (dead_letters.brand is null or job.brand_id = dead_letters.brand)
      and (job.died_at, job.id) < (dead_letters.died_before, dead_letters.before_id)
      and case coalesce(dead_letters.wanted_kind, '')
        when '' then true
        when 'event' then job.kind = 'event'
        when 'mail' then job.queue = 'mail'
        when 'job' then job.kind <> 'event' and job.queue <> 'mail'
        else false
      end
    order by job.died_at desc, job.id desc
    limit dead_letters.page_size
  )
  union all
  (
    select
      setback.id, case setback.task when 'refresh_search' then 'document' else 'task' end, setback.task, setback.task,
      setback.brand_id,
      case setback.task
        when 'time_out_runs' then 'workflow' when 'chase_tasks' then 'task'
        when 'fail_stale_generations' then 'ai_generation' else 'content'
      end,
      setback.subject_id::text, setback.attempts, setback.reason, setback.died_at, setback.created_at
    from private.setbacks as setback
    where
      setback.died_at is not null
      and (dead_letters.brand is null or setback.brand_id = dead_letters.brand)
      and (setback.died_at, setback.id) < (dead_letters.died_before, dead_letters.before_id)
      and case coalesce(dead_letters.wanted_kind, '')
        when '' then true
        when 'document' then setback.task = 'refresh_search'
        when 'task' then setback.task <> 'refresh_search'
        else false
      end
    order by setback.died_at desc, setback.id desc
    limit dead_letters.page_size
  )
$$;
comment on function private.dead_letters is
'Returns jobs and items of scheduled tasks that are set aside, behind the one with this time and id. Up to a page of
each, to be sorted and cut by the caller. Of a payload only ids and types.';

create function public.list_dead_letters(
  kind text default null, brand_id uuid default null, cursor_at timestamptz default null,
  cursor_id uuid default null, page_size integer default 20
)
returns jsonb
language plpgsql
stable
security definer -- private is closed to all, and the caller is checked here
set search_path = ''
as $$
declare
  wanted constant integer := least(greatest(list_dead_letters.page_size, 1), 101);
begin
  perform private.require_platform_admin();
  return (
    with page as (
      select letter.* from private.dead_letters(
        list_dead_letters.kind, list_dead_letters.brand_id, coalesce(list_dead_letters.cursor_at, 'infinity'),
        coalesce(list_dead_letters.cursor_id, 'ffffffff-ffff-ffff-ffff-ffffffffffff'), wanted
      ) as letter
      order by letter.died_at desc, letter.id desc
      limit wanted
    )
    select jsonb_build_object('items', coalesce(jsonb_agg(jsonb_build_object(
      'id', page.id, 'kind', page.kind, 'source', page.source, 'name', coalesce(page.name, page.source),
      'brand', case when brands.id is not null then jsonb_build_object(
        'id', brands.id, 'name', brands.name, 'slug', brands.slug
      ) end,
      'subject_type', page.subject_type,
      'subject_id', case when page.subject_id ~ '^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$' then page.subject_id end,
      'attempts', page.attempts,
      'reason', left(regexp_replace(coalesce(page.reason, ''), '[[:cntrl:]]+', ' ', 'g'), 300),
      'died_at', page.died_at, 'created_at', page.created_at
    ) order by page.died_at desc, page.id desc), '[]'), 'total', null)
    from page
    left join public.brands on brands.id = page.brand_id
  );
end;
$$;
comment on function public.list_dead_letters is
'For platform admins: lists what was set aside because it failed too often, the latest first, behind the item at the
cursor: {items, total: null}, at most 101. kind: event, mail, job, document or task.';
grant execute on function public.list_dead_letters to authenticated, service_role;

create function private.take_dead_letter(letter_id uuid, action text)
returns void
language plpgsql
volatile
set search_path = ''
as $$
declare
  job private.dead_jobs;
  setback private.setbacks;
begin
  perform private.require_platform_admin();
  select * into job from private.dead_jobs where dead_jobs.id = take_dead_letter.letter_id for update;
  select * into setback
  from private.setbacks
  where setbacks.id = take_dead_letter.letter_id and setbacks.died_at is not null for update;
  if job.id is null and setback.id is null then
    perform private.refuse(404, 'dead letter not found');
  end if;
  perform private.audit(
    coalesce(job.brand_id, setback.brand_id), take_dead_letter.action, 'dead_letter', take_dead_letter.letter_id,
    jsonb_strip_nulls(jsonb_build_object(
      'source', coalesce(job.queue, setback.task), 'attempts', coalesce(job.attempts, setback.attempts),
      'subjectId', setback.subject_id
    ))
  );
end;
$$;
comment on function private.take_dead_letter is
'Locks a dead letter and records what is done with it. Raises 403 unless the caller is a platform admin, and 404.';

create function public.requeue_dead_letter(letter_id uuid)
returns void
language plpgsql
volatile
security definer -- private is closed to all, and the caller is checked here
set search_path = ''
as $$
begin
  perform private.require_functions();
  perform private.take_dead_letter(letter_id, 'dead_letter.requeue');
  perform private.revive_job(letter_id);
  -- A document is looked for in the brands that wait for it.
  insert into private.stale_searches (brand_id)
  select setbacks.brand_id from private.setbacks
  where setbacks.id = requeue_dead_letter.letter_id and setbacks.task = 'refresh_search'
  on conflict do nothing;
  delete from private.setbacks where setbacks.id = requeue_dead_letter.letter_id;
end;
$$;
comment on function public.requeue_dead_letter is
'For platform admins: has a dead letter tried again, with all its attempts. Raises 403 and 404.';
grant execute on function public.requeue_dead_letter to authenticated, service_role;

create function public.dismiss_dead_letter(letter_id uuid)
returns void
language plpgsql
volatile
security definer -- private is closed to all, and the caller is checked here
set search_path = ''
as $$
begin
  perform private.require_functions();
  perform private.take_dead_letter(letter_id, 'dead_letter.dismiss');
  delete from private.dead_jobs where dead_jobs.id = dismiss_dead_letter.letter_id;
  -- Its task still leaves it out.
  update private.setbacks set died_at = null where setbacks.id = dismiss_dead_letter.letter_id;
end;
$$;
comment on function public.dismiss_dead_letter is
'For platform admins: removes a dead letter for good, without trying it again. Raises 403 and 404.';
grant execute on function public.dismiss_dead_letter to authenticated, service_role;

create function public.count_dead_letters()
returns jsonb
language sql
stable
security definer -- private is closed to the service as well
set search_path = ''
set statement_timeout = '30s'
as $$
  select coalesce(jsonb_object_agg(found.source, found.letters), '{}')
  from (
    select job.queue as source, count(*) as letters from private.dead_jobs as job group by job.queue
    union all
    select setback.task, count(*) from private.setbacks as setback
    where setback.died_at is not null group by setback.task
    limit 100
  ) as found;
$$;
comment on function public.count_dead_letters is
'For the scheduler, whose report shows it: counts the dead letters of each queue and task that has any.';
grant execute on function public.count_dead_letters to service_role;
