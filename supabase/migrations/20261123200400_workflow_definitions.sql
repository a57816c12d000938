-- Definitions of workflows in full (domain §5), and what a run keeps of the definition it began with.

create type public.workflow_type as enum ('sequential', 'parallel', 'conditional');

alter table public.workflows
add column type public.workflow_type not null default 'sequential',
add column timeout_hours integer check (timeout_hours between 1 and 8760),
add column escalate_to uuid references public.profiles (id),
add column version integer not null default 1 check (version >= 1),
add column created_by uuid references public.profiles (id),
add column updated_by uuid references public.profiles (id),
add constraint workflows_id_brand_id_key unique (id, brand_id);
comment on column public.workflows.type is
'sequential: step by step; parallel: all at once save what waits for prerequisites; conditional: as sequential, by
condition.';
comment on column public.workflows.timeout_hours is
'A run that takes longer times out, and the content is a draft again.';
comment on column public.workflows.version is
'Counts changes of the workflow and of its steps; runs keep what they began with.';
create index workflows_created_by_idx on public.workflows (created_by);
create index workflows_updated_by_idx on public.workflows (updated_by);
create index workflows_escalate_to_idx on public.workflows (escalate_to);
create trigger stamp_row
before insert or update on public.workflows
for each row execute function private.stamp_row('actors', 'version');
create trigger keep_brand
before update on public.workflows
for each row execute function private.keep_brand();
create trigger announce_change
after insert or update or delete on public.workflows
for each row execute function private.announce_change(
  'workflow_definition', 'WorkflowCreated', 'WorkflowChanged', 'WorkflowDeleted'
);

create function private.is_condition(condition jsonb)
returns boolean
language sql
immutable
parallel safe
set search_path = ''
as $$
  select
    condition is null
    or (
      jsonb_typeof(condition) = 'object'
      and condition ->> 'field' ~ '^(type|title|tags|metadata\.[A-Za-z]{1,50}|fields\.[A-Za-z0-9_]{1,50})$'
      and condition ->> 'operator' in ('equals', 'not_equals', 'contains', 'in', 'exists', 'greater_than', 'less_than')
      and (condition ->> 'operator' <> 'in' or jsonb_typeof(condition -> 'value') = 'array')
    ) is true;
$$;
comment on function private.is_condition is '{field, operator, value}, or null for none.';
grant execute on function private.is_condition to authenticated, service_role;

alter table public.workflow_steps
add column type text not null default 'approval' check (type in ('review', 'approval', 'notification', 'automated')),
add column assignment_type text not null default 'user'
check (assignment_type in ('user', 'role', 'group', 'creator', 'round_robin', 'least_loaded')),
add column assigned_role public.brand_role,
add column is_required boolean not null default true,
add column allow_skip boolean not null default false,
add column prerequisites integer[] not null default '{}',
add column condition jsonb check (private.is_condition(condition)),
add column skip_condition jsonb check (private.is_condition(skip_condition)),
add column actions text[] not null default '{approve,reject,request_changes}'
check (cardinality(actions) >= 1 and actions <@ array['approve', 'reject', 'request_changes']),
add column requires_published_url boolean not null default false,
add column automated_check text check (char_length(automated_check) between 1 and 100),
add constraint workflow_steps_id_brand_id_key unique (id, brand_id),
-- A step waits for earlier ones only, so that no two can wait for each other.
add constraint workflow_steps_prerequisites_check check (
  cardinality(prerequisites) <= 19 and position > all(prerequisites) and array_position(prerequisites, null) is null
),
-- With the brand in the key: otherwise a duplicate would tell another brand that there is one.
drop constraint workflow_steps_workflow_id_position_key,
add constraint workflow_steps_workflow_id_position_key unique (workflow_id, position, brand_id),
add constraint workflow_steps_assignment_check check (assignment_type <> 'role' or assigned_role is not null),
add constraint workflow_steps_automated_type_check check ((type = 'automated') = (automated_check is not null)),
drop constraint workflow_steps_workflow_id_fkey,
add constraint workflow_steps_workflow_id_fkey
foreign key (workflow_id, brand_id) references public.workflows (id, brand_id) on delete cascade;
comment on column public.workflow_steps.type is
'People decide review and approval; a notification goes out by itself; automated waits for a check of the application.';
comment on column public.workflow_steps.assignment_type is
'user and group: whom the step names; role: all members with it; creator; round_robin, least_loaded: one of those
named, or of a role.';
comment on column public.workflow_steps.prerequisites is
'Positions of earlier steps that must be done; empty: by the type of workflow.';
comment on column public.workflow_steps.condition is
'The step is skipped unless this holds of the content when its turn comes.';
comment on column public.workflow_steps.skip_condition is
'The step is skipped if this holds of the content when its turn comes.';
comment on column public.workflow_steps.requires_published_url is
'Who approves names the http(s) address where it was published.';

-- Whoever is no member of the brand any more is named by none of its steps.
delete from public.workflow_step_assignees as assignee
where not exists (
  select 1 from public.brand_members as member
  where member.user_id = assignee.user_id and member.brand_id = assignee.brand_id
);
alter table public.workflow_step_assignees
drop constraint workflow_step_assignees_step_id_fkey,
add constraint workflow_step_assignees_step_id_fkey
foreign key (step_id, brand_id) references public.workflow_steps (id, brand_id) on delete cascade,
-- With the brand in the key: otherwise a duplicate would tell another brand that there is one.
drop constraint workflow_step_assignees_pkey,
add constraint workflow_step_assignees_pkey primary key (step_id, user_id, brand_id),
drop constraint workflow_step_assignees_user_id_fkey,
add constraint workflow_step_assignees_user_id_fkey
foreign key (user_id, brand_id) references public.brand_members (user_id, brand_id) on delete cascade;

drop index public.workflow_step_assignees_user_id_idx;
create index workflow_step_assignees_user_id_idx on public.workflow_step_assignees (user_id, brand_id);
create index workflow_step_assignees_step_id_idx on public.workflow_step_assignees (step_id, brand_id);
create index workflow_steps_workflow_id_idx on public.workflow_steps (workflow_id, brand_id);
create trigger keep_brand
before update on public.workflow_steps
for each row execute function private.keep_brand();
alter table public.workflow_step_assignees add column created_at timestamptz not null default now();

create function private.count_workflow_version()
returns trigger
language plpgsql
security definer -- the version is the trigger's to write
set search_path = ''
as $$
begin
  if tg_table_name = 'workflow_steps' then
    update public.workflows set updated_at = now()
    where workflows.id = case tg_op when 'DELETE' then old.workflow_id else new.workflow_id end;
  else
    update public.workflows set updated_at = now()
    from public.workflow_steps as step
    where workflows.id = step.workflow_id and step.id = case tg_op when 'DELETE' then old.step_id else new.step_id end;
  end if;
  return null;
end;
$$;
create trigger count_workflow_version
after insert or update or delete on public.workflow_steps
for each row execute function private.count_workflow_version();
create trigger count_workflow_version
after insert or delete on public.workflow_step_assignees
for each row execute function private.count_workflow_version();

create function private.keep_workflow_in_use()
returns trigger
language plpgsql
security definer -- counts runs whoever deletes
set search_path = ''
as $$
begin
  if exists (
    select from public.workflow_instances as run where run.workflow_id = old.id and run.status = 'active'
  ) then
    perform private.refuse(409, 'the workflow has runs that are not finished');
  end if;
  return old;
end;
$$;
create trigger keep_workflow_in_use
before delete on public.workflows
for each row execute function private.keep_workflow_in_use();

-- A run keeps its own copy of the steps: who edits the workflow changes the runs that start afterwards.

alter table public.workflow_instances
drop constraint workflow_instances_workflow_id_fkey,
drop column current_step_id,
alter column workflow_id drop not null,
add column workflow_name text not null default '',
add column workflow_type public.workflow_type not null default 'sequential',
add column workflow_version integer not null default 1 check (workflow_version >= 1),
add column parked_at timestamptz,
add column deadline_at timestamptz,
add column completed_by uuid references public.profiles (id),
add constraint workflow_instances_workflow_id_fkey
foreign key (workflow_id, brand_id) references public.workflows (id, brand_id) on delete set null (workflow_id),
add constraint workflow_instances_id_content_id_key unique (id, content_id, brand_id),
add constraint workflow_instances_outcome_status_check check ((status = 'completed') = (outcome is not null)),
add constraint workflow_instances_completed_at_check check ((status = 'active') = (completed_at is null));
comment on column public.workflow_instances.parked_at is
'Changes were asked for: the content is a draft, and submitting it again comes back to the same step.';
drop index public.workflow_instances_workflow_id_idx;
create index workflow_instances_workflow_id_idx on public.workflow_instances (workflow_id, brand_id);
create index workflow_instances_completed_by_idx on public.workflow_instances (completed_by);
create index workflow_instances_deadline_idx on public.workflow_instances (deadline_at) where status = 'active';

create type public.step_status as enum ('waiting', 'active', 'approved', 'skipped', 'rejected', 'cancelled');

create table public.workflow_step_runs (
  id uuid primary key default private.uuid_v7(),
  instance_id uuid not null,
  content_id uuid not null,
  brand_id uuid not null references public.brands (id) on delete cascade,
  position integer not null check (position between 1 and 20),
  name text not null,
  definition jsonb not null check (jsonb_typeof(definition) = 'object'),
  status public.step_status not null default 'waiting',
  round integer not null default 1 check (round >= 1),
  opened_at timestamptz,
  due_at timestamptz,
  closed_at timestamptz,
  closed_by uuid references public.profiles (id),
  unique (instance_id, position),
  foreign key (instance_id, content_id, brand_id)
  references public.workflow_instances (id, content_id, brand_id) on delete cascade
);
comment on table public.workflow_step_runs is 'The steps of one run, copied from the definition when it started.';
comment on column public.workflow_step_runs.definition is
'The columns of workflow_steps as they were, and assignees: the people whom the step named.';
comment on column public.workflow_step_runs.round is
'Counts how often the step was opened: after changes were made, once more.';
create index workflow_step_runs_instance_idx on public.workflow_step_runs (instance_id, content_id, brand_id);
create index workflow_step_runs_content_id_idx on public.workflow_step_runs (content_id);
create index workflow_step_runs_brand_id_idx on public.workflow_step_runs (brand_id);
create index workflow_step_runs_closed_by_idx on public.workflow_step_runs (closed_by);
create index workflow_step_runs_due_idx on public.workflow_step_runs (due_at) where status = 'active';
alter table public.workflow_step_runs enable row level security;

-- Runs that are under way get their copy; a step before the open one has been approved, those after it wait.
insert into public.workflow_step_runs (
  instance_id, content_id, brand_id, position, name, definition, status, opened_at, closed_at
)
select
  run.id,
  run.content_id,
  run.brand_id,
  step.position,
  step.name,
  to_jsonb(step) || jsonb_build_object('assignees', coalesce((
    select jsonb_agg(assignee.user_id) from public.workflow_step_assignees as assignee
    where assignee.step_id = step.id
  ), '[]')) as definition,
  case
    when
      run.status <> 'active'
      then case run.outcome when 'approved' then 'approved' else 'cancelled' end::public.step_status
    when exists (
      select from
        public.workflow_tasks as task
      where
        task.instance_id = run.id and task.step_id = step.id
        and task.status = 'pending'
    ) then 'active'
    when
      exists (
        select from public.workflow_tasks as task
        where task.instance_id = run.id and task.step_id = step.id
      )
      then 'approved'
    else 'waiting'
  end as step_status,
  run.started_at,
  run.completed_at
from public.workflow_instances as run
inner join public.workflow_steps as step on run.workflow_id = step.workflow_id;

alter table public.workflow_tasks
add column step_run_id uuid references public.workflow_step_runs (id) on delete cascade,
add column round integer not null default 1 check (round >= 1),
add column reassigned_to uuid references public.profiles (id),
add column reminded_at timestamptz,
add column escalated_at timestamptz;
update public.workflow_tasks
set step_run_id = step_run.id
from public.workflow_step_runs as step_run
inner join public.workflow_steps as step on step_run.position = step.position
where step_run.instance_id = workflow_tasks.instance_id and step.id = workflow_tasks.step_id;
alter table public.workflow_tasks
drop constraint workflow_tasks_instance_id_step_id_assignee_id_key,
drop column step_id,
alter column step_run_id set not null,
drop constraint workflow_tasks_instance_id_fkey,
add constraint workflow_tasks_instance_id_fkey
foreign key (instance_id, content_id, brand_id)
references public.workflow_instances (id, content_id, brand_id) on delete cascade,
add constraint workflow_tasks_once_key unique (step_run_id, round, assignee_id),
add constraint workflow_tasks_decided_at_check check ((status = 'pending') = (decided_at is null));
create index workflow_tasks_instance_id_idx on public.workflow_tasks (instance_id, content_id, brand_id);
create index workflow_tasks_reassigned_to_idx on public.workflow_tasks (reassigned_to);
create index workflow_tasks_pending_idx on public.workflow_tasks (content_id, assignee_id) where status = 'pending';
create index workflow_tasks_due_idx on public.workflow_tasks (due_at) where status = 'pending';

create table public.workflow_actions (
  id uuid primary key default private.uuid_v7(),
  brand_id uuid not null references public.brands (id) on delete cascade,
  content_id uuid not null,
  instance_id uuid not null,
  step_run_id uuid references public.workflow_step_runs (id) on delete cascade,
  action text not null check (action in (
    'start',
    'approve',
    'reject',
    'request_changes',
    'skip',
    'reassign',
    'resubmit',
    'cancel',
    'timeout',
    'fail',
    'complete'
  )),
  actor_id uuid references public.profiles (id),
  comment text not null default '' check (char_length(comment) <= 5000),
  attachments jsonb not null default '[]' check (jsonb_typeof(attachments) = 'array'),
  duration_minutes integer check (duration_minutes >= 0),
  created_at timestamptz not null default now(),
  foreign key (instance_id, content_id, brand_id)
  references public.workflow_instances (id, content_id, brand_id) on delete cascade
);
comment on table public.workflow_actions is
'The history of runs: who did what in which step, and how long it had been open.';
comment on column public.workflow_actions.actor_id is 'Null: the system.';
create index workflow_actions_instance_id_idx on public.workflow_actions (instance_id, content_id, brand_id);
create index workflow_actions_content_id_idx on public.workflow_actions (content_id);
create index workflow_actions_brand_id_idx on public.workflow_actions (brand_id);
create index workflow_actions_actor_id_idx on public.workflow_actions (actor_id);
create index workflow_actions_step_run_id_idx on public.workflow_actions (step_run_id);
alter table public.workflow_actions enable row level security;
