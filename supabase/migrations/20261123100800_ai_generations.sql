-- Every call of an AI tool is a row: asked for before the call, completed or failed after it.

create type public.generation_status as enum ('pending', 'completed', 'failed');

create table public.ai_generations (
  id uuid not null default private.uuid_v7(),
  brand_id uuid not null references public.brands (id),
  user_id uuid references public.profiles (id),
  content_id uuid references public.contents (id) on delete set null,
  content_version integer,
  template_id uuid references public.templates (id) on delete set null,
  type text not null check (type in ('content_generation')),
  provider text not null check (char_length(provider) <= 50),
  model text not null check (char_length(model) <= 100),
  prompt_version text not null check (char_length(prompt_version) <= 50),
  parameters jsonb not null default '{}' check (jsonb_typeof(parameters) = 'object'),
  status public.generation_status not null default 'pending',
  output jsonb,
  error text check (char_length(error) <= 1000),
  prompt_tokens integer not null default 0 check (prompt_tokens >= 0),
  completion_tokens integer not null default 0 check (completion_tokens >= 0),
  latency_ms integer check (latency_ms >= 0),
  created_at timestamptz not null default now(),
  completed_at timestamptz,
  primary key (id),
  check (status <> 'completed' or output is not null)
) partition by range (id);
comment on table public.ai_generations is 'One call of an AI tool. Failed calls stay, with their reason.';
comment on column public.ai_generations.content_version is
'The version of the content when the generation was asked for: its output is applied to no other.';
create index ai_generations_brand_id_idx on public.ai_generations (brand_id, id desc);
create index ai_generations_user_id_idx on public.ai_generations (user_id);
create index ai_generations_content_id_idx on public.ai_generations (content_id);
create index ai_generations_template_id_idx on public.ai_generations (template_id);
alter table public.ai_generations enable row level security;
create table private.ai_generations_default partition of public.ai_generations default;
alter table private.ai_generations_default enable row level security;
select private.ensure_partitions('ai_generations', current_date, 13);

-- Security definer: generations are written by these three commands only, and each checks the caller first. An
-- editor who calls them past the API can claim an output for a generation of their own, in the fields that the
-- template has; nobody can write or change one of somebody else's.
create function public.request_generation(
  content_id uuid, provider text, model text, prompt_version text, parameters jsonb default '{}'
)
returns jsonb
language plpgsql
volatile
security definer
set search_path = ''
as $$
declare
  content public.contents;
  brand public.brands;
  template public.templates;
  generation_id uuid;
begin
  content := private.lock_content(content_id, 'editor');
  if content.status in ('scheduled', 'published', 'archived') then
    perform private.refuse(409, format('a content that is %s cannot be edited', content.status));
  end if;
  template := private.content_template(content.brand_id, content.template_id);
  if template.id is null then
    perform private.refuse(409, 'the content has no template to generate from');
  end if;
  select * into brand from public.brands where brands.id = content.brand_id;

  insert into public.ai_generations (
    brand_id, user_id, content_id, content_version, template_id, type,
    provider, model, prompt_version, parameters
  )
  values (
    content.brand_id, auth.uid(), content.id, content.version, template.id, 'content_generation',
    request_generation.provider, request_generation.model,
    request_generation.prompt_version, request_generation.parameters
  )
  returning ai_generations.id into generation_id;
  perform private.append_event(
    content.brand_id, 'ai_generation', generation_id, 'AIGenerationRequested',
    jsonb_build_object('requestId', generation_id, 'type', 'content_generation', 'contentId', content.id)
  );
  return jsonb_build_object(
    'id', generation_id,
    'brand', jsonb_build_object(
      'name', brand.name, 'identity', brand.identity, 'tone_of_voice', brand.tone_of_voice,
      'guardrails', brand.guardrails, 'key_messages', brand.key_messages,
      'target_audience', brand.target_audience, 'country', brand.country, 'language', brand.language
    ),
    'template', jsonb_build_object(
      'name', template.name, 'input_fields', template.input_fields, 'output_fields', template.output_fields
    ),
    'content', jsonb_build_object('id', content.id, 'title', content.title, 'fields', content.fields)
  );
end;
$$;
comment on function public.request_generation is
'Opens a generation for a content and returns all that its prompt needs: one round trip before the model''s.';
grant execute on function public.request_generation to authenticated;

create function private.own_pending_generation(generation_id uuid)
returns public.ai_generations
language plpgsql
volatile
set search_path = ''
as $$
declare
  generation public.ai_generations;
begin
  select * into generation
  from public.ai_generations
  where ai_generations.id = generation_id and ai_generations.user_id = auth.uid()
  for update;
  if generation.id is null then
    perform private.refuse(404, 'generation not found');
  end if;
  if generation.status <> 'pending' then
    perform private.refuse(409, format('the generation is %s already', generation.status));
  end if;
  return generation;
end;
$$;

create function public.complete_generation(
  generation_id uuid, output jsonb, prompt_tokens integer, completion_tokens integer, latency_ms integer
)
returns jsonb
language plpgsql
volatile
security definer
set search_path = ''
as $$
declare
  generation public.ai_generations := private.own_pending_generation(generation_id);
  applied_version integer;
begin
  perform private.require_role(generation.brand_id, 'editor', 'generation');
  if jsonb_typeof(complete_generation.output) is distinct from 'object' then
    perform private.refuse(400, 'the output is not an object');
  end if;
  perform private.check_content_fields(
    private.content_template(generation.brand_id, generation.template_id), complete_generation.output
  );
  update public.ai_generations
  set
    status = 'completed',
    output = complete_generation.output,
    prompt_tokens = complete_generation.prompt_tokens,
    completion_tokens = complete_generation.completion_tokens,
    latency_ms = complete_generation.latency_ms,
    completed_at = now()
  where ai_generations.id = generation.id;
  -- Someone who edited the content meanwhile keeps what they wrote: the output is theirs to take over.
  update public.contents
  set fields = contents.fields || complete_generation.output
  where
    contents.id = generation.content_id
    and contents.version = generation.content_version
    and contents.fields is distinct from contents.fields || complete_generation.output
    and contents.deleted_at is null
    and contents.status not in ('scheduled', 'published', 'archived')
  returning contents.version into applied_version;
  if applied_version is not null then
    perform private.void_approvals(generation.content_id);
  end if;
  perform private.append_event(
    generation.brand_id, 'ai_generation', generation.id, 'AIGenerationCompleted',
    jsonb_build_object(
      'requestId', generation.id, 'contentId', generation.content_id, 'success', true,
      'tokensUsed', complete_generation.prompt_tokens + complete_generation.completion_tokens,
      'duration', complete_generation.latency_ms, 'appliedVersion', applied_version
    )
  );
  return jsonb_build_object('id', generation.id, 'applied_version', applied_version);
end;
$$;
comment on function public.complete_generation is
'Stores the output and, unless the content changed meanwhile, writes it into the content as a new version.';
grant execute on function public.complete_generation to authenticated;

create function public.fail_generation(generation_id uuid, error text, latency_ms integer)
returns void
language plpgsql
volatile
security definer
set search_path = ''
as $$
declare
  generation public.ai_generations := private.own_pending_generation(generation_id);
begin
  update public.ai_generations
  set
    status = 'failed', error = left(fail_generation.error, 1000),
    latency_ms = fail_generation.latency_ms, completed_at = now()
  where ai_generations.id = generation.id;
  perform private.append_event(
    generation.brand_id, 'ai_generation', generation.id, 'AIGenerationCompleted',
    jsonb_build_object(
      'requestId', generation.id, 'contentId', generation.content_id, 'success', false,
      'tokensUsed', 0, 'duration', fail_generation.latency_ms
    )
  );
end;
$$;
comment on function public.fail_generation is 'Closes a generation that brought nothing; the content stays as it is.';
grant execute on function public.fail_generation to authenticated;
