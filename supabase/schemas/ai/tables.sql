create table public.ai_generations (
  id uuid not null default private.uuid_v7(),
  brand_id uuid not null references public.brands (id),
  user_id uuid references public.profiles (id),
  content_id uuid,
  content_version integer check (content_version >= 1),
  template_id uuid references public.templates (id) on delete set null,
  type text not null check (type in (
    'content_generation', 'field_generation', 'brand_analysis', 'metadata_generation', 'alt_text', 'transcreation',
    'claim_review', 'title_suggestion', 'keyword_extraction', 'replacement_suggestion', 'regeneration',
    'guardrail_check', 'embedding', 'claim_styling', 'claim_simplification', 'vetting_feedback'
  )),
  provider text not null check (char_length(provider) <= 50),
  model text not null check (char_length(model) <= 100),
  prompt_version text not null check (char_length(prompt_version) <= 50),
  parameters jsonb not null default '{}' check (
    jsonb_typeof(parameters) = 'object'
    and private.is_sound_json(parameters, 2000000, 24)
  ),
  status public.generation_status not null default 'pending',
  output jsonb check (jsonb_typeof(output) = 'object' and private.is_sound_json(output, 2000000, 24)),
  error text check (char_length(error) <= 1000),
  prompt_tokens integer not null default 0 check (prompt_tokens >= 0),
  completion_tokens integer not null default 0 check (completion_tokens >= 0),
  latency_ms integer check (latency_ms >= 0),
  completed_at timestamptz check (completed_at between '1900-01-01Z' and '2200-01-01Z'),
  cost numeric(19, 8) not null default 0 check (cost between 0 and 1000000000),
  is_cache_hit boolean not null default false,
  reserved numeric(19, 8) not null default 0 check (reserved between 0 and 1000000000),
  budget_month date check (budget_month between '1900-01-01' and '2200-01-01'),
  quota_account_id uuid references public.accounts (id) on delete set null,
  calls jsonb not null default '[]' check (
    private.is_list_of(calls, 1000, '{
      "provider": "text 50", "model": "text 100", "outcome": "text 50",
      "promptTokens": "integer 0 1000000000", "completionTokens": "integer 0 1000000000",
      "milliseconds": "integer 0 1000000000"
    }', '{provider, model}')
  ),
  first_token_ms integer check (first_token_ms >= 0),
  violations jsonb not null default '[]' check (
    private.is_list_of(violations, 1000, '{
      "source": "word guardrail|claim|term|pattern", "rule": "text 5000",
      "severity": "word low|medium|high", "quote": "text 5000", "message": "text 5000",
      "proposedFix": "text 5000 or null"
    }', '{source, rule, severity, quote, message}')
  ),
  is_held boolean not null default false,
  applied_version integer check (applied_version >= 1),
  proposal jsonb check (jsonb_typeof(proposal) = 'object' and private.is_sound_json(proposal, 2000000, 24)),
  override_reason text check (char_length(override_reason) between 1 and 5000),
  overridden_by uuid references public.profiles (id),
  overridden_at timestamptz check (overridden_at between '1900-01-01Z' and '2200-01-01Z'),
  created_at timestamptz not null default now() check (created_at between '1900-01-01Z' and '2200-01-01Z'),
  primary key (id),
  check (status <> 'completed' or output is not null),
  constraint ai_generations_content_id_fkey
  foreign key (content_id, brand_id) references public.contents (id, brand_id) on delete set null (content_id)
) partition by range (id);
comment on table public.ai_generations is 'Calls of AI tools, one row each. Failed calls are kept with their error.';
comment on column public.ai_generations.content_version is
'The version of the content at the request; the output is applied to this version only.';
comment on column public.ai_generations.cost is 'In US dollars, by ai_prices on the day of the call.';
comment on column public.ai_generations.reserved is
'In US dollars; reserved in ai_budgets until the call is settled, then 0.';
comment on column public.ai_generations.budget_month is 'The month whose budget has the reservation and the cost.';
comment on column public.ai_generations.quota_account_id is
'The account whose plan the generation was counted against; null: none.';
comment on column public.ai_generations.calls is
'The calls of models: [{provider, model, outcome, promptTokens, completionTokens, milliseconds}].';
comment on column public.ai_generations.violations is 'The violations of guardrails that were found in the output.';
comment on column public.ai_generations.is_held is
'The output was not written into the content because of its violations: see override_generation.';
comment on column public.ai_generations.proposal is '{fields, metadata}: the values to write into the content.';
create index ai_generations_brand_id_idx on public.ai_generations (brand_id, id desc);
create index ai_generations_user_id_idx on public.ai_generations (user_id);
create index ai_generations_content_id_idx on public.ai_generations (content_id, brand_id);
create index ai_generations_template_id_idx on public.ai_generations (template_id);
create index ai_generations_pending_idx on public.ai_generations (brand_id, created_at, id) where status = 'pending';
create index ai_generations_quota_account_id_idx on public.ai_generations (quota_account_id);
create index ai_generations_overridden_by_idx on public.ai_generations (overridden_by);
alter table public.ai_generations enable row level security;
create table private.ai_generations_default partition of public.ai_generations default;
alter table private.ai_generations_default enable row level security;
select private.ensure_partitions('ai_generations', current_date, 3);

create table public.ai_prices (
  provider text not null check (char_length(provider) between 1 and 50),
  model text not null check (char_length(model) between 1 and 100),
  effective_from date not null default current_date check (effective_from between '1900-01-01' and '2200-01-01'),
  input_per_1000 numeric(19, 8) not null check (input_per_1000 between 0 and 1000000),
  output_per_1000 numeric(19, 8) not null check (output_per_1000 between 0 and 1000000),
  primary key (provider, model, effective_from)
);
comment on table public.ai_prices is 'Prices of models in US dollars per 1000 tokens, each from a day on.';
comment on column public.ai_prices.model is '`*`: every model of the provider without a price of its own.';
alter table public.ai_prices enable row level security;

create table public.ai_budgets (
  brand_id uuid not null references public.brands (id) on delete cascade,
  month date not null check (extract(day from month) = 1 and month between '1900-01-01' and '2200-01-01'),
  amount numeric(19, 4) not null check (amount between 0 and 1000000000),
  reserved numeric(19, 8) not null default 0 check (reserved between 0 and 1000000000),
  spent numeric(19, 8) not null default 0 check (spent between 0 and 1000000000000),
  alerted_percent smallint not null default 0 check (alerted_percent in (0, 80, 100)),
  created_by uuid references public.profiles (id),
  created_at timestamptz not null default now() check (created_at between '1900-01-01Z' and '2200-01-01Z'),
  updated_by uuid references public.profiles (id),
  updated_at timestamptz not null default now() check (updated_at between '1900-01-01Z' and '2200-01-01Z'),
  primary key (brand_id, month)
);
comment on table public.ai_budgets is 'What a brand may spend on AI in a calendar month (UTC), in US dollars.';
comment on column public.ai_budgets.reserved is
'The estimated cost of calls in progress; replaced by spent when they end.';
comment on column public.ai_budgets.alerted_percent is 'The threshold that was announced last, in percent.';
create index ai_budgets_created_by_idx on public.ai_budgets (created_by);
create index ai_budgets_updated_by_idx on public.ai_budgets (updated_by);
alter table public.ai_budgets enable row level security;

create table public.prompt_templates (
  id uuid primary key default private.uuid_v7(),
  brand_id uuid references public.brands (id) on delete cascade,
  name text not null check (name ~ '^[a-z][a-z0-9_]{0,99}$'),
  version integer not null default 1 check (version >= 1),
  system_prompt text not null check (char_length(system_prompt) <= 20000),
  user_prompt text not null check (char_length(user_prompt) <= 20000),
  variables jsonb not null default '{}' check (
    jsonb_typeof(variables) = 'object'
    and private.is_sound_json(variables, 50000)
  ),
  parameters jsonb not null default '{}' check (
    jsonb_typeof(parameters) = 'object'
    and private.is_sound_json(parameters, 50000)
  ),
  is_active boolean not null default true,
  created_by uuid references public.profiles (id),
  created_at timestamptz not null default now() check (created_at between '1900-01-01Z' and '2200-01-01Z'),
  updated_by uuid references public.profiles (id),
  updated_at timestamptz not null default now() check (updated_at between '1900-01-01Z' and '2200-01-01Z'),
  unique nulls not distinct (brand_id, name, version)
);
comment on table public.prompt_templates is
'Prompts of brands in addition to those of the platform, by name and version.';
comment on column public.prompt_templates.brand_id is 'Null: for all brands; only platform admins write those.';
comment on column public.prompt_templates.variables is '{name: type}';
create index prompt_templates_created_by_idx on public.prompt_templates (created_by);
create index prompt_templates_updated_by_idx on public.prompt_templates (updated_by);
alter table public.prompt_templates enable row level security;

create table public.brand_knowledge (
  id uuid primary key default private.uuid_v7(),
  brand_id uuid not null references public.brands (id) on delete cascade,
  title text not null check (char_length(title) between 1 and 255 and title !~ '[[:cntrl:]]'),
  source_url text check (source_url ~ '^https?://' and char_length(source_url) <= 2000),
  body text not null check (char_length(body) between 1 and 100000),
  created_by uuid references public.profiles (id),
  created_at timestamptz not null default now() check (created_at between '1900-01-01Z' and '2200-01-01Z'),
  updated_by uuid references public.profiles (id),
  updated_at timestamptz not null default now() check (updated_at between '1900-01-01Z' and '2200-01-01Z')
);
comment on table public.brand_knowledge is
'Facts that a brand provides to AI. Prompts include them as data, never as instructions.';
create index brand_knowledge_brand_id_idx on public.brand_knowledge (brand_id);
create index brand_knowledge_created_by_idx on public.brand_knowledge (created_by);
create index brand_knowledge_updated_by_idx on public.brand_knowledge (updated_by);
alter table public.brand_knowledge enable row level security;

create table private.knowledge_chunks (
  knowledge_id uuid not null references public.brand_knowledge (id) on delete cascade,
  position integer not null check (position >= 0),
  brand_id uuid not null references public.brands (id) on delete cascade,
  body text not null check (char_length(body) <= 100000),
  embedding extensions.halfvec(512) not null,
  embedding_model text not null check (char_length(embedding_model) <= 100),
  words tsvector generated always as (private.text_words(body)) stored,
  primary key (knowledge_id, position)
);
comment on table private.knowledge_chunks is
'Chunks of knowledge with their embeddings, made by a job after each change.';
comment on column private.knowledge_chunks.words is 'For searches by words, when the subject has no embedding yet.';
create index knowledge_chunks_brand_id_idx on private.knowledge_chunks (brand_id);
create index knowledge_chunks_words_idx on private.knowledge_chunks using gin (words);
alter table private.knowledge_chunks enable row level security;

create table private.ai_tools (
  type text primary key,
  permission text not null references private.permissions (name),
  writes_content boolean not null,
  uses_writing boolean not null
);
comment on table private.ai_tools is 'The AI tools of domain §7, by the type of their generations.';
comment on column private.ai_tools.writes_content is 'The output may be written into the content of the request.';
comment on column private.ai_tools.uses_writing is
'The prompt includes published contents and knowledge of the brand as examples.';
create index ai_tools_permission_idx on private.ai_tools (permission);
alter table private.ai_tools enable row level security;
