create table public.workflow_versions (
  workflow_id uuid not null,
  version integer not null check (version >= 1),
  brand_id uuid not null references public.brands (id) on delete cascade,
  definition jsonb not null check (
    jsonb_typeof(definition) = 'object'
    and private.is_sound_json(definition, 1000000, 24)
  ),
  created_by uuid references public.profiles (id),
  created_at timestamptz not null default now() check (created_at between '1900-01-01Z' and '2200-01-01Z'),
  constraint workflow_versions_pkey primary key (workflow_id, version),
  constraint workflow_versions_workflow_id_fkey
  foreign key (workflow_id, brand_id) references public.workflows (id, brand_id) on delete cascade
);
comment on table public.workflow_versions is
'Workflows with their steps as they were after each change, for their history. Runs have copies of their own.';
comment on column public.workflow_versions.definition is 'What private.workflow_definition returned after the change.';
create index workflow_versions_workflow_id_idx on public.workflow_versions (workflow_id, brand_id);
create index workflow_versions_brand_id_idx on public.workflow_versions (brand_id);
create index workflow_versions_created_by_idx on public.workflow_versions (created_by);
alter table public.workflow_versions enable row level security;
