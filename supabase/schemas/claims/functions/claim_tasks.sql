create function private.claim_task_document(task private.claim_tasks)
returns jsonb
language plpgsql
stable
set search_path = ''
as $$
declare
  -- No longer once the brand is linked to the catalogue brand of the claim no more.
  is_readable constant boolean := private.may_read_claim(task.claim_id);
begin
  return to_jsonb(task) - array['assignee_id', 'closed_by', 'created_by', 'mark'] || jsonb_build_object(
    'days', case when task.kind = 'evidence_expiring' then task.mark end,
    'title', case when is_readable then task.title else 'A claim that you may no longer read' end,
    'draft', case when is_readable then task.draft end,
    'claim_text', case when is_readable then (
      select claims.text ->> 'original' from public.claims where claims.id = task.claim_id
    ) end,
    'content_title', (select contents.title from public.contents where contents.id = task.content_id),
    'assignee', private.person_document(task.assignee_id, task.brand_id),
    'closed_by', private.person_document(task.closed_by, task.brand_id),
    'created_by', private.person_document(task.created_by, task.brand_id),
    'allowed_actions', case
      when task.state = 'open' and private.may_close_claim_task(task) then '["dismiss", "done", "read"]'::jsonb
      else '["read"]'
    end
  );
end;
$$;
comment on function private.claim_task_document is 'Returns a task as the API answers it.';

create function private.may_close_claim_task(task private.claim_tasks)
returns boolean
language plpgsql
stable
set search_path = ''
as $$
begin
  return private.permits(task.brand_id, 'claim.write')
    or (
      coalesce(task.assignee_id = auth.uid(), false) and private.scope_allows('claim.write', task.brand_id)
      and private.permits(task.brand_id, 'claim.read') and not private.is_restricted(task.brand_id, 'claim.write')
    );
end;
$$;
comment on function private.may_close_claim_task is
'Whether the caller may close a task: with claim.write in its brand, or as its assignee.';

create function public.list_claim_tasks(
  brand_id uuid default null,
  state text default 'open',
  kind text default null,
  claim_id uuid default null,
  content_id uuid default null,
  is_mine boolean default false,
  sort text default 'due_on',
  is_descending boolean default false,
  page_offset integer default 0,
  page_size integer default 20
)
returns jsonb
language plpgsql
stable
security definer -- private is closed to the API
set search_path = ''
as $$
declare
  readable constant uuid[] := private.brands_permitting('claim.read');
  -- Sentences of a content are for those who may read it.
  with_contents constant uuid[] := private.brands_permitting('content.read');
  -- Tasks without an assignee are for those who may write claims.
  writable constant uuid[] := private.brands_permitting('claim.write');
begin
  return (
    with matching as (
      select task.id, case list_claim_tasks.sort
        when 'due_on' then coalesce(task.due_on, 'infinity')::timestamp
        when 'created_at' then task.created_at at time zone 'UTC'
        when 'closed_at' then coalesce(task.closed_at at time zone 'UTC', 'infinity')
      end as place
      from private.claim_tasks as task
      where
        task.brand_id = any (readable)
        and (task.content_id is null or task.brand_id = any (with_contents))
        and (list_claim_tasks.brand_id is null or task.brand_id = list_claim_tasks.brand_id)
        and (list_claim_tasks.state is null or task.state = list_claim_tasks.state)
        and (list_claim_tasks.kind is null or task.kind = list_claim_tasks.kind)
        and (list_claim_tasks.claim_id is null or task.claim_id = list_claim_tasks.claim_id)
        and (list_claim_tasks.content_id is null or task.content_id = list_claim_tasks.content_id)
        and (
          not list_claim_tasks.is_mine or task.assignee_id = auth.uid()
          or (task.assignee_id is null and task.brand_id = any (writable))
        )
    ),
    page as (
      select matching.id, row_number() over () as nth from (
        select matching.id from matching
        order by
          case when not is_descending then matching.place end, case when is_descending then matching.place end desc,
          matching.id
        offset page_offset limit least(greatest(page_size, 1), 100)
      ) as matching
    )
    select jsonb_build_object(
      'items', coalesce((
        select jsonb_agg(private.claim_task_document(task) order by page.nth)
        from page
        inner join private.claim_tasks as task on task.id = page.id
      ), '[]'),
      'total', (select count(*) from matching)
    )
  );
end;
$$;
comment on function public.list_claim_tasks is
'Lists tasks about claims in the brands of the caller by due_on (those without it last), created_at or
closed_at: {items, total}. Those about contents require content.read too. is_mine: those of the caller, and those for
admins in brands where the caller may write claims.';
grant execute on function public.list_claim_tasks to authenticated, service_role;

create function public.close_claim_task(task_id uuid, state text, comment text default '')
returns setof jsonb
language plpgsql
volatile
security definer -- tasks are written by commands only
set search_path = ''
as $$
#variable_conflict use_variable
declare
  task private.claim_tasks;
begin
  perform private.require_functions();
  -- The permission before the lock: those without it must not make others wait.
  select * into task from private.claim_tasks as found where found.id = task_id;
  perform private.require_permission(task.brand_id, 'claim.read', 'task');
  if task.content_id is not null then
    perform private.require_permission(task.brand_id, 'content.read', 'task');
  end if;
  if private.may_close_claim_task(task) then
    select * into task from private.claim_tasks as found where found.id = task_id for update;
  end if;
  if task.id is null then
    perform private.refuse(404, 'task not found');
  elsif not private.may_close_claim_task(task) then
    perform private.refuse(403, 'this is for the assignee and for those who may write claims of the brand');
  elsif task.state <> 'open' then
    perform private.refuse(409, 'the task is ' || task.state || ' already', jsonb_build_array(jsonb_build_object(
      'field', 'state', 'code', 'CONFLICT', 'message', format(
        'by %s at %s', coalesce(private.person_document(task.closed_by, task.brand_id) ->> 'name', 'the platform'),
        to_char(task.closed_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"')
      )
    )));
  elsif state = 'dismissed' then
    perform private.require_reason(comment, 'comment');
  elsif state is distinct from 'done' then
    perform private.refuse(400, 'there is no such state',
      '[{"field": "state", "code": "INVALID_FORMAT", "message": "done or dismissed"}]');
  end if;
  update private.claim_tasks as kept
  set state = close_claim_task.state, closed_by = auth.uid(), closed_at = now(), closing_comment = coalesce(comment, '')
  where kept.id = task_id
  returning kept.* into task;
  perform private.append_event(task.brand_id, 'claim', task.claim_id, 'ClaimTaskClosed', jsonb_build_object(
    'taskId', task.id, 'state', task.state
  ));
  return next private.claim_task_document(task);
end;
$$;
comment on function public.close_claim_task is
'Marks a task as done, or dismisses it with a comment. For its assignee and for those who may write claims of
the brand.';
grant execute on function public.close_claim_task to authenticated, service_role;
