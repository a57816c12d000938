create function private.watchers_of(content_id uuid)
returns setof uuid
language sql
stable
security definer -- reads who watches
set search_path = ''
as $$
  select content.created_by from public.contents as content
  where content.id = watchers_of.content_id and content.created_by is not null
  union
  select comment.created_by from public.comments as comment
  where
    comment.content_id = watchers_of.content_id and comment.deleted_at is null and comment.created_by is not null
  union
  select watcher.user_id from private.content_watchers as watcher
  where watcher.content_id = watchers_of.content_id and watcher.is_watching
  except
  select watcher.user_id from private.content_watchers as watcher
  where watcher.content_id = watchers_of.content_id and not watcher.is_watching;
$$;
comment on function private.watchers_of is
'Returns who watches a content: its creator, those who commented on it, and those who asked to; without those who asked
not to.';

create function private.admins_of(brand uuid)
returns setof uuid
language sql
stable
security definer -- reads memberships of other people
set search_path = ''
as $$
  select member.user_id from public.brand_members as member
  where
    member.brand_id = admins_of.brand and member.role = 'admin'
    and (member.expires_at is null or member.expires_at > now());
$$;
comment on function private.admins_of is 'Returns the admins of a brand whose membership has not expired.';

create function private.task_notices(ids uuid[])
returns setof private.notice
language sql
stable
security definer -- reads the events and contents of all brands
set search_path = ''
as $$
  with happened as (
    select
      event.id, event.brand_id, event.type, event.actor_id, event.payload, content.id as content_id, content.title,
      task.status, coalesce(event.payload ->> 'step', step_run.name) as step, task.due_at, task.id as task_id,
      (event.payload ->> 'assigneeId')::uuid as assignee_id, content.created_by
    from public.domain_events as event
    inner join public.contents as content
      on content.id = (event.payload ->> 'contentId')::uuid and content.brand_id = event.brand_id
      and content.deleted_at is null
    left join public.workflow_tasks as task on task.id = (event.payload ->> 'taskId')::uuid
    left join public.workflow_step_runs as step_run on step_run.id = task.step_run_id
    where
      event.id = any (task_notices.ids)
      and event.type in ('TaskAssigned', 'TaskReassigned', 'TaskReminder', 'TaskEscalated', 'WorkflowNotification')
  ),
  told as (
    select happened.*, told.person, told.event, told.kind, told.words, told.is_urgent, told.rank, told.is_shared
    from happened
    cross join lateral (
      -- A task that was decided meanwhile needs nobody.
      select
        happened.assignee_id as person, 'task_assigned' as event, 'warning' as kind,
        format('Review needed: “%s”', happened.title) as words, false as is_urgent, 0 as rank, true as is_shared
      where happened.type = 'TaskAssigned' and happened.status = 'pending'
      union all
      select (happened.payload ->> 'from')::uuid, 'task_reassigned', 'warning',
        format('Somebody else reviews “%s” now', happened.title), false, 0, false
      where happened.type = 'TaskReassigned'
      union all
      select happened.assignee_id, 'sla_warning', 'warning', format('Due soon: “%s”', happened.title), false, 0, true
      where happened.type = 'TaskReminder' and happened.status = 'pending'
      union all
      select happened.assignee_id, 'sla_breach', 'error', format('Overdue: “%s”', happened.title), true, 0, true
      where happened.type = 'TaskEscalated'
      union all
      select admins.id, 'escalation', 'error', format('A review is overdue: “%s”', happened.title), false, 1, true
      from private.admins_of(happened.brand_id) as admins (id)
      where happened.type = 'TaskEscalated'
      union all
      select named.id::uuid, 'workflow_notice', 'info', format('For your information: “%s”', happened.title), false, 0,
        true
      from jsonb_array_elements_text(
        case when happened.type = 'WorkflowNotification' then happened.payload -> 'userIds' else '[]' end
      ) as named (id)
    ) as told
  )
  select
    told.id, told.person, told.brand_id,
    case when told.event = 'workflow_notice' then 'content.read' else 'workflow.read' end,
    told.actor_id, 'tasks', told.kind, told.event, told.words,
    concat_ws('. ', 'Step: ' || told.step, 'Due: ' || to_char(told.due_at at time zone 'UTC', 'YYYY-MM-DD HH24:MI "UTC"')),
    '/contents/' || told.content_id || coalesce('?task=' || told.task_id, ''), told.content_id, null, null, told.title,
    told.rank, told.is_urgent, true, told.is_shared,
    jsonb_strip_nulls(jsonb_build_object(
      'contentId', told.content_id, 'taskId', told.task_id, 'step', told.step, 'dueAt', told.due_at,
      'assigneeId', told.assignee_id
    ))
  from told;
$$;
comment on function private.task_notices is
'Returns whom events of tasks are told to: assignees, former ones, and admins of late reviews.';

create function private.decision_notices(ids uuid[])
returns setof private.notice
language sql
stable
security definer -- reads the events and contents of all brands
set search_path = ''
as $$
  with happened as (
    select
      event.id, event.brand_id, event.type, event.actor_id, event.payload, event.aggregate_id, content.title,
      content.id as content_id, content.created_by, event.payload ->> 'outcome' as outcome
    from public.domain_events as event
    inner join public.contents as content
      on content.id = (event.payload ->> 'contentId')::uuid and content.brand_id = event.brand_id
      and content.deleted_at is null
    where
      event.id = any (decision_notices.ids)
      and event.type in (
        'WorkflowChangesRequested', 'WorkflowCompleted', 'WorkflowTimedOut', 'WorkflowFailed'
      )
  ),
  told as (
    select
      happened.*, people.id as person,
      case
        when happened.type = 'WorkflowChangesRequested' then 'changes_requested'
        when happened.type in ('WorkflowTimedOut', 'WorkflowFailed') then 'review_ended'
        when happened.outcome = 'rejected' then 'content_rejected' else 'content_approved'
      end as event
    from happened
    cross join lateral (
      select watchers.id from private.watchers_of(happened.content_id) as watchers (id)
      union
      select tasks.assignee_id from public.workflow_tasks as tasks
      where tasks.instance_id = happened.aggregate_id and happened.outcome = 'rejected'
      union
      select admins.id from private.admins_of(happened.brand_id) as admins (id) where happened.type = 'WorkflowFailed'
    ) as people
  )
  select
    told.id, told.person, told.brand_id, 'content.read', told.actor_id, 'content',
    case told.event when 'content_approved' then 'success' when 'content_rejected' then 'error' else 'warning' end,
    told.event,
    format(case told.event
      when 'changes_requested' then 'Changes requested: “%s”' when 'content_rejected' then 'Rejected: “%s”'
      when 'content_approved' then 'Approved: “%s”' else 'The review of “%s” ended without a decision'
    end, told.title),
    coalesce(told.payload ->> 'comment', told.payload ->> 'reason', ''),
    '/contents/' || told.content_id, told.content_id, null, null, told.title, 0, false, true, true,
    jsonb_strip_nulls(jsonb_build_object('contentId', told.content_id, 'step', told.payload ->> 'step'))
  from told;
$$;
comment on function private.decision_notices is
'Returns whom decisions are told to: the creator and watchers, and of rejections former assignees too.';
