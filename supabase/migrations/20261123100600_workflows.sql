-- Who must agree before a content may be published (domain §5): definitions, runs and tasks.

create table public.workflows (
  id uuid primary key default private.uuid_v7(),
  brand_id uuid not null references public.brands (id) on delete cascade,
  name text not null check (char_length(name) between 1 and 255),
  description text not null default '' check (char_length(description) <= 2000),
  content_types text[] not null default '{}',
  is_default boolean not null default false,
  is_active boolean not null default true,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  unique (brand_id, name)
);
comment on table public.workflows is 'A definition: its steps follow one another.';
comment on column public.workflows.content_types is 'The types it is the default for; empty: every type.';
create unique index workflows_default_idx on public.workflows (brand_id, content_types) where is_default and is_active;
alter table public.workflows enable row level security;

create table public.workflow_steps (
  id uuid primary key default private.uuid_v7(),
  workflow_id uuid not null references public.workflows (id) on delete cascade,
  brand_id uuid not null references public.brands (id) on delete cascade,
  position integer not null check (position between 1 and 20),
  name text not null check (char_length(name) between 1 and 255),
  instructions text not null default '' check (char_length(instructions) <= 5000),
  require_all_approvals boolean not null default false,
  timeout_hours integer check (timeout_hours between 1 and 8760),
  unique (workflow_id, position)
);
comment on table public.workflow_steps is 'Steps of a workflow in order of position.';
comment on column public.workflow_steps.require_all_approvals is 'False: the first approval is enough.';
create index workflow_steps_brand_id_idx on public.workflow_steps (brand_id);
alter table public.workflow_steps enable row level security;

create table public.workflow_step_assignees (
  step_id uuid not null references public.workflow_steps (id) on delete cascade,
  user_id uuid not null references public.profiles (id) on delete cascade,
  brand_id uuid not null references public.brands (id) on delete cascade,
  primary key (step_id, user_id)
);
comment on table public.workflow_step_assignees is 'The people whom a step names.';
create index workflow_step_assignees_user_id_idx on public.workflow_step_assignees (user_id);
create index workflow_step_assignees_brand_id_idx on public.workflow_step_assignees (brand_id);
alter table public.workflow_step_assignees enable row level security;

create type public.workflow_status as enum ('active', 'completed', 'cancelled', 'failed', 'timeout');

create table public.workflow_instances (
  id uuid primary key default private.uuid_v7(),
  workflow_id uuid not null references public.workflows (id),
  brand_id uuid not null references public.brands (id) on delete cascade,
  content_id uuid not null references public.contents (id) on delete cascade,
  current_step_id uuid references public.workflow_steps (id),
  status public.workflow_status not null default 'active',
  outcome text check (outcome in ('approved', 'rejected')),
  started_by uuid references public.profiles (id),
  started_at timestamptz not null default now(),
  completed_at timestamptz
);
comment on table public.workflow_instances is 'One run of a workflow for one content.';
create unique index workflow_instances_active_idx on public.workflow_instances (content_id) where status = 'active';
create index workflow_instances_content_id_idx on public.workflow_instances (content_id);
create index workflow_instances_brand_id_idx on public.workflow_instances (brand_id);
create index workflow_instances_workflow_id_idx on public.workflow_instances (workflow_id);
create index workflow_instances_current_step_id_idx on public.workflow_instances (current_step_id);
create index workflow_instances_started_by_idx on public.workflow_instances (started_by);
alter table public.workflow_instances enable row level security;

create type public.task_status as enum ('pending', 'completed', 'skipped', 'cancelled', 'reassigned');

create table public.workflow_tasks (
  id uuid primary key default private.uuid_v7(),
  instance_id uuid not null references public.workflow_instances (id) on delete cascade,
  step_id uuid not null references public.workflow_steps (id),
  brand_id uuid not null references public.brands (id) on delete cascade,
  content_id uuid not null references public.contents (id) on delete cascade,
  assignee_id uuid not null references public.profiles (id),
  status public.task_status not null default 'pending',
  decision text check (decision in ('approve', 'reject', 'request_changes')),
  comment text not null default '' check (char_length(comment) <= 5000),
  due_at timestamptz,
  created_at timestamptz not null default now(),
  decided_at timestamptz,
  unique (instance_id, step_id, assignee_id)
);
comment on table public.workflow_tasks is 'What one person has to decide in one step of one run.';
create index workflow_tasks_assignee_idx on public.workflow_tasks (assignee_id, status);
create index workflow_tasks_content_id_idx on public.workflow_tasks (content_id);
create index workflow_tasks_brand_id_idx on public.workflow_tasks (brand_id);
create index workflow_tasks_step_id_idx on public.workflow_tasks (step_id);
alter table public.workflow_tasks enable row level security;
