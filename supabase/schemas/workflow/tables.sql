create table public.workflows (
  id uuid primary key default private.uuid_v7(),
  brand_id uuid not null references public.brands (id) on delete cascade,
  name text not null check (char_length(name) between 1 and 255 and name !~ '[[:cntrl:]]'),
  description text not null default '' check (char_length(description) <= 2000),
  content_types text[] not null default '{}' check (private.are_texts(content_types, 100, 50)),
  is_default boolean not null default false,
  is_active boolean not null default true,
  type public.workflow_type not null default 'sequential',
  timeout_hours integer check (timeout_hours between 1 and 8760),
  escalate_to uuid,
  version integer not null default 1 check (version >= 1),
  created_by uuid references public.profiles (id),
  created_at timestamptz not null default now() check (created_at between '1900-01-01Z' and '2200-01-01Z'),
  updated_by uuid references public.profiles (id),
  updated_at timestamptz not null default now() check (updated_at between '1900-01-01Z' and '2200-01-01Z'),
  archived_at timestamptz check (archived_at between '1900-01-01Z' and '2200-01-01Z'),
  constraint workflows_archived_check check (archived_at is null or not is_active),
  constraint workflows_id_brand_id_key unique (id, brand_id),
  -- Members only, and nobody after they have left. Whether the membership still counts is asked when a task is late.
  constraint workflows_escalate_to_fkey
  foreign key (escalate_to, brand_id) references public.brand_members (user_id, brand_id)
  on delete set null (escalate_to)
);
comment on table public.workflows is 'A definition of how contents are reviewed.';
comment on column public.workflows.content_types is
'The types of content for which it is the default; empty for every type.';
comment on column public.workflows.type is
'sequential: one step after another. parallel: all steps at once, except those with prerequisites. conditional: as
sequential; the conditions of the steps decide which apply.';
comment on column public.workflows.timeout_hours is
'Hours after which a run times out and its content becomes a draft; null for never.';
comment on column public.workflows.is_active is
'Whether contents can be submitted to it. One that is not active is archived if archived_at is set, else a draft.';
comment on column public.workflows.version is
'Counts changes of the workflow and of its steps. Runs keep the version with which they started.';
create unique index workflows_brand_id_name_key on public.workflows (brand_id, private.name_key(name));
create unique index workflows_default_idx on public.workflows (brand_id, content_types) where is_default and is_active;
create index workflows_created_by_idx on public.workflows (created_by);
create index workflows_updated_by_idx on public.workflows (updated_by);
create index workflows_escalate_to_idx on public.workflows (escalate_to, brand_id);
alter table public.workflows enable row level security;

create table public.workflow_steps (
  id uuid primary key default private.uuid_v7(),
  workflow_id uuid not null,
  brand_id uuid not null references public.brands (id) on delete cascade,
  position integer not null check (position between 1 and 20),
  name text not null check (char_length(name) between 1 and 255 and name !~ '[[:cntrl:]]'),
  instructions text not null default '' check (char_length(instructions) <= 5000),
  require_all_approvals boolean not null default false,
  timeout_hours integer check (timeout_hours between 1 and 8760),
  type text not null default 'approval' check (type in ('review', 'approval', 'notification', 'automated')),
  assignment_type text not null default 'user'
  check (assignment_type in ('user', 'role', 'group', 'creator', 'round_robin', 'least_loaded')),
  assigned_role public.brand_role,
  is_required boolean not null default true,
  allow_skip boolean not null default false,
  prerequisites integer[] not null default '{}' constraint workflow_steps_prerequisites_range_check check (
    private.is_list(prerequisites, 19)
  ),
  condition jsonb check (private.is_condition(condition) and private.is_sound_json(condition, 10000)),
  skip_condition jsonb check (private.is_condition(skip_condition) and private.is_sound_json(skip_condition, 10000)),
  actions text[] not null default '{approve,reject,request_changes}' check (
    cardinality(actions) >= 1 and actions <@ array['approve', 'reject', 'request_changes']
    and private.is_list(actions, 3)
  ),
  requires_published_url boolean not null default false,
  automated_check text check (char_length(automated_check) between 1 and 100),
  reminder_percent integer not null default 80 check (reminder_percent between 1 and 100),
  constraint workflow_steps_id_brand_id_key unique (id, brand_id),
  -- A step waits for earlier ones only, so that no two can wait for each other.
  constraint workflow_steps_prerequisites_check check (
    position > all(prerequisites)
  ),
  constraint workflow_steps_workflow_id_position_key unique (workflow_id, position, brand_id),
  constraint workflow_steps_assignment_check check (assignment_type <> 'role' or assigned_role is not null),
  constraint workflow_steps_automated_type_check check ((type = 'automated') = (automated_check is not null)),
  constraint workflow_steps_workflow_id_fkey
  foreign key (workflow_id, brand_id) references public.workflows (id, brand_id) on delete cascade
);
comment on table public.workflow_steps is 'The steps of a workflow, in the order of their position.';
comment on column public.workflow_steps.require_all_approvals is 'False: the first approval is enough.';
comment on column public.workflow_steps.type is
'review and approval: decided by people. notification: sent without waiting. automated: waits for a check by a job.';
comment on column public.workflow_steps.assignment_type is
'user and group: the people whom the step names. role: all members with assigned_role or a higher one. creator: the
creator of the content. round_robin and least_loaded: one of the named people, or of the members with assigned_role.';
comment on column public.workflow_steps.prerequisites is
'Positions of earlier steps that must be approved or skipped first; empty: the type of the workflow decides.';
comment on column public.workflow_steps.condition is
'The step is skipped unless this holds for the content when the step is ready.';
comment on column public.workflow_steps.skip_condition is
'The step is skipped if this holds for the content when the step is ready.';
comment on column public.workflow_steps.requires_published_url is
'Whether an approval must give the http(s) address at which the content was published.';
comment on column public.workflow_steps.reminder_percent is
'The share of timeout_hours after which the people are reminded.';
create index workflow_steps_brand_id_idx on public.workflow_steps (brand_id);
create index workflow_steps_workflow_id_idx on public.workflow_steps (workflow_id, brand_id);
alter table public.workflow_steps enable row level security;

create table public.workflow_instances (
  id uuid primary key default private.uuid_v7(),
  workflow_id uuid,
  brand_id uuid not null references public.brands (id) on delete cascade,
  content_id uuid not null,
  status public.workflow_status not null default 'active',
  outcome text check (outcome in ('approved', 'rejected')),
  started_by uuid references public.profiles (id),
  started_at timestamptz not null default now() check (started_at between '1900-01-01Z' and '2200-01-01Z'),
  completed_at timestamptz constraint workflow_instances_completed_at_range_check check (
    completed_at between '1900-01-01Z' and '2200-01-01Z'
  ),
  workflow_name text not null default '' check (char_length(workflow_name) <= 255),
  workflow_type public.workflow_type not null default 'sequential',
  workflow_version integer not null default 1 check (workflow_version >= 1),
  parked_at timestamptz check (parked_at between '1900-01-01Z' and '2200-01-01Z'),
  deadline_at timestamptz check (deadline_at between '1900-01-01Z' and '2200-01-01Z'),
  completed_by uuid references public.profiles (id),
  escalate_to uuid references public.profiles (id),
  priority text not null default 'normal' check (priority in ('normal', 'high', 'urgent')),
  constraint workflow_instances_content_id_fkey
  foreign key (content_id, brand_id) references public.contents (id, brand_id) on delete cascade,
  constraint workflow_instances_workflow_id_fkey
  foreign key (workflow_id, brand_id) references public.workflows (id, brand_id) on delete set null (workflow_id),
  constraint workflow_instances_id_content_id_key unique (id, content_id, brand_id),
  constraint workflow_instances_outcome_status_check check ((status = 'completed') = (outcome is not null)),
  constraint workflow_instances_completed_at_check check ((status = 'active') = (completed_at is null))
);
comment on table public.workflow_instances is 'One run of a workflow for one content.';
comment on column public.workflow_instances.escalate_to is
'To whom the workflow escalated when the run started. Whether they may still decide is asked when a task is late.';
comment on column public.workflow_instances.priority is
'How soon its steps are due: in the time that they give, in half of it, or in a quarter.';
comment on column public.workflow_instances.parked_at is
'When changes were requested: the content is a draft, and submitting it again resumes the run at the same steps.';
create unique index workflow_instances_active_idx on public.workflow_instances (content_id) where status = 'active';
create index workflow_instances_content_id_idx on public.workflow_instances (content_id, brand_id);
create index workflow_instances_brand_id_idx on public.workflow_instances (brand_id);
create index workflow_instances_workflow_id_idx on public.workflow_instances (workflow_id, brand_id);
create index workflow_instances_open_idx on public.workflow_instances (workflow_id) where status = 'active';
-- Figures of reviews (read_review_figures)
create index workflow_instances_finished_idx on public.workflow_instances (brand_id, completed_at)
where status = 'completed';
create index workflow_instances_started_by_idx on public.workflow_instances (started_by);
create index workflow_instances_completed_by_idx on public.workflow_instances (completed_by);
create index workflow_instances_escalate_to_idx on public.workflow_instances (escalate_to)
where escalate_to is not null;
create index workflow_instances_deadline_idx on public.workflow_instances (brand_id, deadline_at, id)
where status = 'active';
alter table public.workflow_instances enable row level security;

create table public.workflow_step_runs (
  id uuid primary key default private.uuid_v7(),
  instance_id uuid not null,
  content_id uuid not null,
  brand_id uuid not null references public.brands (id) on delete cascade,
  position integer not null check (position between 1 and 20),
  name text not null check (char_length(name) <= 255),
  definition jsonb not null check (
    jsonb_typeof(definition) = 'object'
    and private.is_sound_json(definition, 500000, 24)
  ),
  status public.step_status not null default 'waiting',
  round integer not null default 1 check (round >= 1),
  opened_at timestamptz check (opened_at between '1900-01-01Z' and '2200-01-01Z'),
  due_at timestamptz check (due_at between '1900-01-01Z' and '2200-01-01Z'),
  closed_at timestamptz check (closed_at between '1900-01-01Z' and '2200-01-01Z'),
  closed_by uuid references public.profiles (id),
  unique (instance_id, position),
  foreign key (instance_id, content_id, brand_id)
  references public.workflow_instances (id, content_id, brand_id) on delete cascade
);
comment on table public.workflow_step_runs is 'The steps of one run, copied from the workflow when the run started.';
comment on column public.workflow_step_runs.definition is
'The columns of workflow_steps at the start of the run, with assignees: the people whom the step named.';
comment on column public.workflow_step_runs.round is
'Counts how often the step was opened: again after requested changes.';
create index workflow_step_runs_instance_idx on public.workflow_step_runs (instance_id, content_id, brand_id);
create index workflow_step_runs_content_id_idx on public.workflow_step_runs (content_id);
create index workflow_step_runs_brand_id_idx on public.workflow_step_runs (brand_id);
create index workflow_step_runs_closed_by_idx on public.workflow_step_runs (closed_by);
-- Steps that will ask a person (coming_steps)
create index workflow_step_runs_waiting_idx on public.workflow_step_runs (brand_id) where status = 'waiting';
create index workflow_step_runs_due_idx on public.workflow_step_runs (due_at) where status = 'active';
alter table public.workflow_step_runs enable row level security;

create table public.workflow_tasks (
  id uuid primary key default private.uuid_v7(),
  instance_id uuid not null,
  brand_id uuid not null references public.brands (id) on delete cascade,
  content_id uuid not null,
  assignee_id uuid not null references public.profiles (id),
  status public.task_status not null default 'pending',
  decision text check (decision in ('approve', 'reject', 'request_changes')),
  comment text not null default '' check (char_length(comment) <= 5000),
  due_at timestamptz check (due_at between '1900-01-01Z' and '2200-01-01Z'),
  decided_at timestamptz constraint workflow_tasks_decided_at_range_check check (
    decided_at between '1900-01-01Z' and '2200-01-01Z'
  ),
  step_run_id uuid not null references public.workflow_step_runs (id) on delete cascade,
  round integer not null default 1 check (round >= 1),
  reassigned_to uuid references public.profiles (id),
  reminded_at timestamptz check (reminded_at between '1900-01-01Z' and '2200-01-01Z'),
  escalated_at timestamptz check (escalated_at between '1900-01-01Z' and '2200-01-01Z'),
  created_at timestamptz not null default now() check (created_at between '1900-01-01Z' and '2200-01-01Z'),
  reminder_percent integer not null default 80 check (reminder_percent between 1 and 100),
  on_behalf_of uuid references public.profiles (id),
  constraint workflow_tasks_content_id_fkey
  foreign key (content_id, brand_id) references public.contents (id, brand_id) on delete cascade,
  constraint workflow_tasks_instance_id_fkey
  foreign key (instance_id, content_id, brand_id)
  references public.workflow_instances (id, content_id, brand_id) on delete cascade,
  constraint workflow_tasks_once_key unique (step_run_id, round, assignee_id),
  constraint workflow_tasks_decided_at_check check ((status = 'pending') = (decided_at is null))
);
comment on table public.workflow_tasks is 'A request to one person to decide one step of one run.';
comment on column public.workflow_tasks.reminder_percent is
'That of the step, kept here so that the index of due reminders knows it.';
comment on column public.workflow_tasks.on_behalf_of is
'The person for whom the assignee stands in (private.delegations); null: the step asks the assignee themselves.';
-- Lists of a person and of a brand (list_tasks), which count from the index alone
create index workflow_tasks_assignee_idx on public.workflow_tasks (assignee_id, status, due_at, id) include (brand_id);
create index workflow_tasks_open_idx on public.workflow_tasks (brand_id, created_at, id) where status = 'pending';
create index workflow_tasks_decided_idx on public.workflow_tasks (assignee_id, decided_at desc, id) include (brand_id)
where status = 'completed';
create index workflow_tasks_brand_decided_idx on public.workflow_tasks (brand_id, decided_at desc, id)
where status = 'completed';
create index workflow_tasks_content_id_idx on public.workflow_tasks (content_id, brand_id);
create index workflow_tasks_brand_id_idx on public.workflow_tasks (brand_id, status, due_at, id);
create index workflow_tasks_instance_id_idx on public.workflow_tasks (instance_id, content_id, brand_id);
create index workflow_tasks_reassigned_to_idx on public.workflow_tasks (reassigned_to);
create index workflow_tasks_on_behalf_of_idx on public.workflow_tasks (on_behalf_of) where on_behalf_of is not null;
create index workflow_tasks_pending_idx on public.workflow_tasks (content_id, assignee_id) where status = 'pending';
-- Who was asked longest ago (next_in_turn)
create index workflow_tasks_turn_idx on public.workflow_tasks (assignee_id, brand_id, id);
create index workflow_tasks_chase_idx on public.workflow_tasks (
  brand_id, private.chase_at(created_at, due_at, reminded_at, reminder_percent), id
) where status = 'pending' and escalated_at is null;
alter table public.workflow_tasks enable row level security;

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
    'delegate',
    'resubmit',
    'cancel',
    'timeout',
    'fail',
    'complete'
  )),
  actor_id uuid references public.profiles (id),
  comment text not null default '' check (char_length(comment) <= 5000),
  attachments jsonb not null default '[]' check (
    jsonb_typeof(attachments) = 'array'
    and private.is_sound_json(attachments, 100000)
  ),
  duration_minutes integer check (duration_minutes >= 0),
  created_at timestamptz not null default now() check (created_at between '1900-01-01Z' and '2200-01-01Z'),
  round integer check (round >= 1),
  from_id uuid references public.profiles (id),
  to_id uuid references public.profiles (id),
  foreign key (instance_id, content_id, brand_id)
  references public.workflow_instances (id, content_id, brand_id) on delete cascade
);
comment on table public.workflow_actions is
'The history of runs: who did what in which step, and for how long the step had been open.';
comment on column public.workflow_actions.actor_id is 'Null: the system.';
comment on column public.workflow_actions.round is 'The round of the step in which it happened; null without a step.';
comment on column public.workflow_actions.from_id is 'Whose task was given to someone else, for reassign and delegate.';
comment on column public.workflow_actions.to_id is 'Who got the task, for reassign and delegate.';
create index workflow_actions_instance_id_idx on public.workflow_actions (instance_id, content_id, brand_id);
create index workflow_actions_content_id_idx on public.workflow_actions (content_id);
create index workflow_actions_brand_id_idx on public.workflow_actions (brand_id);
create index workflow_actions_actor_id_idx on public.workflow_actions (actor_id);
create index workflow_actions_from_id_idx on public.workflow_actions (from_id);
create index workflow_actions_to_id_idx on public.workflow_actions (to_id);
create index workflow_actions_step_run_id_idx on public.workflow_actions (step_run_id);
alter table public.workflow_actions enable row level security;
