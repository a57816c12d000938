create table public.brand_workflows (
  brand_id uuid not null references public.brands (id) on delete cascade,
  content_type text not null check (content_type ~ '^([a-z_]{1,50}|\*)$'),
  workflow_id uuid not null,
  created_by uuid references public.profiles (id),
  created_at timestamptz not null default now() check (created_at between '1900-01-01Z' and '2200-01-01Z'),
  primary key (brand_id, content_type),
  foreign key (workflow_id, brand_id) references public.workflows (id, brand_id) on delete cascade
);
comment on table public.brand_workflows is
'Which workflow reviews which type of content in a brand. Takes precedence over workflows.is_default.';
comment on column public.brand_workflows.content_type is '*: every type that has no row of its own.';
create index brand_workflows_workflow_id_idx on public.brand_workflows (workflow_id, brand_id);
create index brand_workflows_created_by_idx on public.brand_workflows (created_by);
alter table public.brand_workflows enable row level security;
