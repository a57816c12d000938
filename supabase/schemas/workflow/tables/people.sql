create table public.workflow_step_assignees (
  step_id uuid not null,
  user_id uuid not null,
  brand_id uuid not null references public.brands (id) on delete cascade,
  created_at timestamptz not null default now() check (created_at between '1900-01-01Z' and '2200-01-01Z'),
  constraint workflow_step_assignees_step_id_fkey
  foreign key (step_id, brand_id) references public.workflow_steps (id, brand_id) on delete cascade,
  constraint workflow_step_assignees_pkey primary key (step_id, user_id, brand_id),
  constraint workflow_step_assignees_user_id_fkey
  foreign key (user_id, brand_id) references public.brand_members (user_id, brand_id) on delete cascade
);
comment on table public.workflow_step_assignees is 'The people whom a step names.';
create index workflow_step_assignees_user_id_idx on public.workflow_step_assignees (user_id, brand_id);
create index workflow_step_assignees_brand_id_idx on public.workflow_step_assignees (brand_id);
create index workflow_step_assignees_step_id_idx on public.workflow_step_assignees (step_id, brand_id);
alter table public.workflow_step_assignees enable row level security;

create table private.delegations (
  id uuid primary key default private.uuid_v7(),
  user_id uuid not null references public.profiles (id) on delete cascade,
  delegate_id uuid not null references public.profiles (id) on delete cascade,
  brand_id uuid references public.brands (id) on delete cascade,
  starts_at timestamptz not null check (starts_at between '1900-01-01Z' and '2200-01-01Z'),
  ends_at timestamptz not null constraint delegations_ends_at_range_check check (
    ends_at between '1900-01-01Z' and '2200-01-01Z'
  ),
  reason text not null default '' check (char_length(reason) <= 1000),
  version integer not null default 1 check (version >= 1),
  created_by uuid references public.profiles (id) on delete set null,
  created_at timestamptz not null default now() check (created_at between '1900-01-01Z' and '2200-01-01Z'),
  updated_by uuid references public.profiles (id) on delete set null,
  updated_at timestamptz not null default now() check (updated_at between '1900-01-01Z' and '2200-01-01Z'),
  constraint delegations_delegate_id_check check (delegate_id <> user_id),
  constraint delegations_ends_at_check check (ends_at > starts_at)
);
comment on table private.delegations is
'Who stands in for a person who is away: new tasks of the person go to the delegate. Written by commands only.';
comment on column private.delegations.brand_id is 'Null: in all brands of the person.';
create index delegations_user_id_idx on private.delegations (user_id, ends_at);
create index delegations_delegate_id_idx on private.delegations (delegate_id, ends_at);
create index delegations_brand_id_idx on private.delegations (brand_id, ends_at);
create index delegations_created_by_idx on private.delegations (created_by);
create index delegations_updated_by_idx on private.delegations (updated_by);
alter table private.delegations enable row level security;
