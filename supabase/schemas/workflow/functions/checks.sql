create function private.run_check(name text, content public.contents)
returns text
language plpgsql
stable
set search_path = ''
as $$
declare
  missing text;
begin
  if name = 'claims' then
    return private.claims_refusal(content);
  elsif name = 'complete' then
    if content.template_id is null then
      return null;
    end if;
    select string_agg(problem ->> 'field', ', ') into missing
    from jsonb_array_elements(private.form_problems(
      private.content_form(content), content.fields, '{}', content.brand_id, 'complete'
    )) as problem;
    return 'these fields are not complete: ' || missing;
  end if;
  return format('there is no check %s', name);
end;
$$;
comment on function private.run_check is
'Runs a check of automated steps on a content: null where it passes, else why it does not.';

create function public.run_automated_step(step_run_id uuid, round integer default null)
returns void
language plpgsql
volatile
security definer -- runs are written by commands only
set search_path = ''
as $$
declare
  step_run public.workflow_step_runs;
  content public.contents;
  problem text;
begin
  select contents.* into content
  from public.workflow_step_runs as found
  inner join public.contents on contents.id = found.content_id
  where found.id = run_automated_step.step_run_id
  for update of contents;
  select * into step_run from public.workflow_step_runs
  where workflow_step_runs.id = run_automated_step.step_run_id;
  -- Checked under the lock: nobody edits the text between the check and its result.
  problem := private.run_check(step_run.definition ->> 'automated_check', content);
  perform public.complete_automated_step(step_run_id, problem is null, coalesce(problem, ''), run_automated_step.round);
end;
$$;
comment on function public.run_automated_step is
'For the job of an automated step: runs its check on the content as it is now, and completes the step or fails the
review. Safe to repeat.';
grant execute on function public.run_automated_step to service_role;
