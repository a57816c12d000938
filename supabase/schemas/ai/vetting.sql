create table public.vetting_feedback (
  id uuid primary key default private.uuid_v7(),
  brand_id uuid not null references public.brands (id) on delete cascade,
  content_id uuid not null,
  content_version integer not null check (content_version >= 1),
  step_run_id uuid not null references public.workflow_step_runs (id) on delete cascade,
  market text not null references public.countries (code),
  generation_id uuid not null,
  items jsonb not null check (
    private.is_list_of(items, 50, '{
      "agencyId": "id", "agency": "text 255", "priority": "word critical|high|medium|low", "summary": "text 1000",
      "recommendedAction": "text 1000", "relatedFields": "texts 20 100"
    }', '{agencyId, agency, priority, summary, recommendedAction, relatedFields}')
  ),
  created_by uuid references public.profiles (id),
  created_at timestamptz not null default now() check (created_at between '1900-01-01Z' and '2200-01-01Z'),
  constraint vetting_feedback_once_key unique (content_id, content_version, step_run_id, market),
  foreign key (content_id, brand_id) references public.contents (id, brand_id) on delete cascade
);
comment on table public.vetting_feedback is
'What the vetting agencies of a market would say of one version of a content, for one step of its review, as a model
sees it. Kept once; producing it again by force replaces it.';
comment on column public.vetting_feedback.market is 'ISO 3166-1 alpha-2: the market whose agencies are meant.';
comment on column public.vetting_feedback.generation_id is
'The row of ai_generations, which has the tokens and the cost.';
comment on column public.vetting_feedback.items is
'[{agencyId, agency, priority, summary, recommendedAction, relatedFields}], the most urgent first.';
create index vetting_feedback_content_id_idx on public.vetting_feedback (content_id, brand_id, id);
create index vetting_feedback_brand_id_idx on public.vetting_feedback (brand_id);
create index vetting_feedback_step_run_id_idx on public.vetting_feedback (step_run_id);
create index vetting_feedback_market_idx on public.vetting_feedback (market);
create index vetting_feedback_created_by_idx on public.vetting_feedback (created_by);
alter table public.vetting_feedback enable row level security;
