-- Keep the content of a task from who may not read it
-- Planned by `make migration` from supabase/schemas and supabase/policies.

-- Waits at most five seconds for a lock, because queries behind a waiting lock wait as well. On failure, push again.
set lock_timeout = '5s';
set check_function_bodies = off;

CREATE OR REPLACE FUNCTION public.bulk_decide_tasks(decision text, tasks jsonb, comment text DEFAULT ''::text, published_url text DEFAULT NULL::text)
 RETURNS TABLE(task_id uuid, outcome integer, code text, message text, details text, content_id uuid, version integer, status text)
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
 SET statement_timeout TO '30s'
AS $function$
#variable_conflict use_column
declare
  readable uuid [];
  expected integer;
begin
  perform private.require_functions();
  if coalesce(jsonb_array_length(private.as_array(tasks)), 0) not between 1 and 100 then
    perform private.refuse(400, 'one to a hundred tasks');
  end if;
  if jsonb_path_exists(tasks, '$[*] ? (!exists(@.content_version ? (@.type() == "number")))') then
    perform private.refuse(428, 'name the version of each content that you read');
  end if;
  perform private.begin_summary();
  -- All contents at once, of brands that the caller may read, and then brand by brand, as the audit logs are locked:
  -- no two commands wait for each other in a circle.
  readable := array(
    select each from unnest(private.brands_permitting('workflow.read')) as each
    where each = any (private.brands_permitting('content.read'))
  );
  perform private.lock_contents_of(array(
    select task.id
    from jsonb_array_elements(tasks) as wanted
    inner join public.workflow_tasks as task on task.id = (wanted ->> 'task_id')::uuid
    where task.brand_id = any (readable)
  ));
  for task_id, expected, content_id in
    select wanted.id, wanted.version, task.content_id
    from (
      select distinct on (each ->> 'task_id')
        (each ->> 'task_id')::uuid as id, (each ->> 'content_version')::integer as version
      from jsonb_array_elements(tasks) as each
      where each ->> 'task_id' is not null
      order by each ->> 'task_id'
    ) as wanted
    left join public.workflow_tasks as task on task.id = wanted.id
    order by task.brand_id, task.content_id, wanted.id
  loop
    outcome := 200;
    code := null;
    message := null;
    details := null;
    begin
      perform private.run_task_decision(
        task_id, bulk_decide_tasks.decision, bulk_decide_tasks.comment, bulk_decide_tasks.published_url,
        private.version_as_read(content_id, expected)
      );
    exception
      when others then -- refusals are the outcome of the task; other errors fail the whole call
        get stacked diagnostics code = returned_sqlstate, message = message_text, details = pg_exception_detail;
        outcome := private.http_status(code);
        details := private.own_details(code, details);
        if outcome is null then
          raise;
        end if;
    end;
    version := null;
    status := null;
    if outcome = 200 then
      select contents.version, contents.status into version, status
      from public.contents where contents.id = content_id;
    else
      -- Not even the id of a content that the caller may not read, or not before the second factor.
      content_id := case when outcome not in (401, 404) then content_id end;
    end if;
    return next;
  end loop;
  perform private.send_summary('bulk_decide_tasks');
end;
$function$;
