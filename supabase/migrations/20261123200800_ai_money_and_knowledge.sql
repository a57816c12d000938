-- What AI costs, what it may cost, what it knows of a brand, and the prompts that it is given.

alter table public.ai_generations
drop constraint ai_generations_type_check,
add constraint ai_generations_type_check check (type in (
  'content_generation', 'field_generation', 'brand_analysis', 'metadata_generation', 'alt_text', 'transcreation',
  'claim_review', 'title_suggestion', 'keyword_extraction', 'replacement_suggestion', 'regeneration'
)),
add column cost numeric(19, 4) not null default 0 check (cost >= 0),
add column is_cache_hit boolean not null default false;
comment on column public.ai_generations.cost is 'In US dollars, by ai_prices at the time of the call.';
create index ai_generations_pending_idx on public.ai_generations (created_at) where status = 'pending';

create table public.ai_prices (
  provider text not null check (char_length(provider) between 1 and 50),
  model text not null check (char_length(model) between 1 and 100),
  effective_from date not null default current_date,
  input_per_1000 numeric(19, 4) not null check (input_per_1000 >= 0),
  output_per_1000 numeric(19, 4) not null check (output_per_1000 >= 0),
  primary key (provider, model, effective_from)
);
comment on table public.ai_prices is 'US dollars for 1000 tokens, by model, from a day on.';
alter table public.ai_prices enable row level security;
insert into public.ai_prices (provider, model, effective_from, input_per_1000, output_per_1000)
values
('openai', 'gpt-4', '2024-01-01', 0.03, 0.06),
('openai', 'gpt-3.5-turbo', '2024-01-01', 0.001, 0.002),
('anthropic', 'claude-3-opus', '2024-01-01', 0.015, 0.075),
('openai', 'text-embedding-ada-002', '2024-01-01', 0.0001, 0);

create table public.ai_budgets (
  brand_id uuid not null references public.brands (id) on delete cascade,
  month date not null check (extract(day from month) = 1),
  amount numeric(19, 4) not null check (amount >= 0),
  reserved numeric(19, 4) not null default 0 check (reserved >= 0),
  spent numeric(19, 4) not null default 0 check (spent >= 0),
  created_by uuid references public.profiles (id),
  created_at timestamptz not null default now(),
  updated_by uuid references public.profiles (id),
  updated_at timestamptz not null default now(),
  primary key (brand_id, month)
);
comment on table public.ai_budgets is 'What a brand may spend on AI in a calendar month (UTC), in US dollars.';
comment on column public.ai_budgets.reserved is 'Of calls that are under way; settled into spent when they end.';
create index ai_budgets_created_by_idx on public.ai_budgets (created_by);
create index ai_budgets_updated_by_idx on public.ai_budgets (updated_by);
alter table public.ai_budgets enable row level security;

create function private.stamp_budget()
returns trigger
language plpgsql
set search_path = ''
as $$
begin
  if tg_op = 'INSERT' then
    new.created_at := now();
    new.created_by := auth.uid();
  end if;
  new.updated_at := now();
  new.updated_by := auth.uid();
  return new;
end;
$$;
create trigger stamp_budget before insert or update on public.ai_budgets
for each row execute function private.stamp_budget();
create trigger keep_brand before update on public.ai_budgets
for each row execute function private.keep_brand();

create function private.reserve_budget(brand uuid, estimate numeric)
returns boolean
language plpgsql
volatile
set search_path = ''
as $$
#variable_conflict use_variable
declare
  this_month date := date_trunc('month', now() at time zone 'UTC');
begin
  -- A brand without a budget for the month is not limited; with one, the row's lock makes callers take turns.
  update public.ai_budgets set reserved = ai_budgets.reserved + estimate
  where
    ai_budgets.brand_id = brand and ai_budgets.month = this_month
    and ai_budgets.spent + ai_budgets.reserved + estimate <= ai_budgets.amount;
  return found or not exists (
    select from public.ai_budgets where ai_budgets.brand_id = brand and ai_budgets.month = this_month
  );
end;
$$;
comment on function private.reserve_budget is
'Sets money aside before a call; false where the month''s budget does not hold it.';

create function private.settle_budget(brand uuid, estimate numeric, cost numeric, month date)
returns void
language sql
volatile
set search_path = ''
as $$
  update public.ai_budgets
  set reserved = greatest(ai_budgets.reserved - settle_budget.estimate, 0),
    spent = ai_budgets.spent + settle_budget.cost
  where ai_budgets.brand_id = settle_budget.brand and ai_budgets.month = settle_budget.month;
$$;
comment on function private.settle_budget is 'After a call: what was set aside is free again, what it cost is spent.';

create table public.prompt_templates (
  id uuid primary key default private.uuid_v7(),
  brand_id uuid references public.brands (id) on delete cascade,
  name text not null check (name ~ '^[a-z][a-z0-9_]{0,99}$'),
  version integer not null default 1 check (version >= 1),
  system_prompt text not null check (char_length(system_prompt) <= 20000),
  user_prompt text not null check (char_length(user_prompt) <= 20000),
  variables jsonb not null default '{}' check (jsonb_typeof(variables) = 'object'),
  parameters jsonb not null default '{}' check (jsonb_typeof(parameters) = 'object'),
  is_active boolean not null default true,
  created_by uuid references public.profiles (id),
  created_at timestamptz not null default now(),
  updated_by uuid references public.profiles (id),
  updated_at timestamptz not null default now(),
  unique nulls not distinct (brand_id, name, version)
);
comment on table public.prompt_templates is 'A brand''s own prompts beside the platform''s, by name and version.';
comment on column public.prompt_templates.brand_id is 'Null: for every brand, written by platform admins only.';
comment on column public.prompt_templates.variables is '{name: type}';
create index prompt_templates_created_by_idx on public.prompt_templates (created_by);
create index prompt_templates_updated_by_idx on public.prompt_templates (updated_by);
alter table public.prompt_templates enable row level security;
create trigger stamp_row before insert or update on public.prompt_templates
for each row execute function private.stamp_row('actors');
create trigger keep_brand before update on public.prompt_templates
for each row execute function private.keep_brand();

create table public.brand_knowledge (
  id uuid primary key default private.uuid_v7(),
  brand_id uuid not null references public.brands (id) on delete cascade,
  title text not null check (char_length(title) between 1 and 255),
  source_url text check (source_url ~ '^https?://' and char_length(source_url) <= 2000),
  body text not null check (char_length(body) between 1 and 100000),
  created_by uuid references public.profiles (id),
  created_at timestamptz not null default now(),
  updated_by uuid references public.profiles (id),
  updated_at timestamptz not null default now()
);
comment on table public.brand_knowledge is 'What a brand wants AI to know: read as data, never as instructions.';
create index brand_knowledge_brand_id_idx on public.brand_knowledge (brand_id);
create index brand_knowledge_created_by_idx on public.brand_knowledge (created_by);
create index brand_knowledge_updated_by_idx on public.brand_knowledge (updated_by);
alter table public.brand_knowledge enable row level security;
create trigger stamp_row before insert or update on public.brand_knowledge
for each row execute function private.stamp_row('actors');
create trigger keep_brand before update on public.brand_knowledge
for each row execute function private.keep_brand();

create table private.knowledge_chunks (
  knowledge_id uuid not null references public.brand_knowledge (id) on delete cascade,
  position integer not null check (position >= 0),
  brand_id uuid not null references public.brands (id) on delete cascade,
  body text not null,
  embedding extensions.halfvec(512) not null,
  embedding_model text not null,
  primary key (knowledge_id, position)
);
comment on table private.knowledge_chunks is 'Knowledge in pieces with their embeddings, made by a job after a change.';
create index knowledge_chunks_brand_id_idx on private.knowledge_chunks (brand_id);
alter table private.knowledge_chunks enable row level security;

create function public.fail_stale_generations(older_than interval default '5 minutes', batch integer default 500)
returns integer
language plpgsql
volatile
security definer
set search_path = ''
as $$
declare
  generation public.ai_generations;
  failed integer := 0;
begin
  -- A function that was killed cannot say so: its generation would be pending for ever.
  for generation in
    select stale.* from public.ai_generations as stale
    where stale.status = 'pending' and stale.created_at < now() - older_than
    limit batch
    for update skip locked
  loop
    update public.ai_generations set status = 'failed', error = 'the generation was interrupted', completed_at = now()
    where ai_generations.id = generation.id;
    perform private.append_event(
      generation.brand_id, 'ai_generation', generation.id, 'AIGenerationCompleted',
      jsonb_build_object('requestId', generation.id, 'contentId', generation.content_id, 'success', false,
        'tokensUsed', 0)
    );
    failed := failed + 1;
  end loop;
  return failed;
end;
$$;
comment on function public.fail_stale_generations is
'For the scheduler: ends generations whose function did not come back.';
grant execute on function public.fail_stale_generations to service_role;
