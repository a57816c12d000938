-- The functions of before, asking for permissions instead of roles; their privileges stay as they were.

create function private.event_permission(aggregate_type text)
returns text
language sql
immutable
parallel safe
set search_path = ''
as $$
  select case
    when event_permission.aggregate_type in ('brand_member', 'invitation') then 'member.manage'
    when event_permission.aggregate_type in ('api_key', 'webhook') then 'integration.manage'
    when event_permission.aggregate_type in ('workflow', 'workflow_definition') then 'workflow.read'
    when event_permission.aggregate_type = 'ai_generation' then 'ai.read'
    when event_permission.aggregate_type = 'claim' then 'claim.read'
    when event_permission.aggregate_type = 'file' then 'file.read'
    when event_permission.aggregate_type in ('brand', 'vetting_agency') then 'brand.read'
    else 'content.read'
  end;
$$;
comment on function private.event_permission is 'What it takes to read the events of a type of aggregate.';
grant execute on function private.event_permission to authenticated, service_role;

-- Security definer, as before: generations are written by these commands only, and each checks the caller first.
create or replace function public.request_generation(
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
  content := private.lock_content(content_id);
  perform private.require_on_content(content, 'content.edit');
  perform private.require_on_content(content, 'ai.use');
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

create or replace function public.complete_generation(
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
  content public.contents;
  applied_version integer;
begin
  perform private.require_permission(generation.brand_id, 'ai.use', 'generation');
  select * into content from public.contents where contents.id = generation.content_id;
  perform private.require_on_content(content, 'content.edit');
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
  perform private.describe_change(jsonb_build_object('note', 'generation ' || generation.id));
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
  perform private.describe_change('{}');
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

create or replace function public.fail_generation(generation_id uuid, error text, latency_ms integer)
returns void
language plpgsql
volatile
security definer
set search_path = ''
as $$
declare
  generation public.ai_generations := private.own_pending_generation(generation_id);
begin
  perform private.require_permission(generation.brand_id, 'ai.use', 'generation');
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

create or replace function private.require_visible_content(content_id uuid)
returns void
language plpgsql
stable
security definer -- reads the brand of a content that the caller may not see, to say that there is none
set search_path = ''
as $$
begin
  perform private.require_permission(
    (select contents.brand_id from public.contents where contents.id = content_id and contents.deleted_at is null),
    'content.read', 'content'
  );
end;
$$;

drop function public.list_content_versions(uuid);
create function public.list_content_versions(content_id uuid)
returns table (
  version integer, action text, snapshot jsonb, created_by uuid, created_at timestamptz, major_version integer,
  minor_version integer, note text, feedback text, step_name text, reviewer_id uuid
)
language plpgsql
stable
security definer -- tells a stranger from a draft without versions; the caller is checked first
set search_path = ''
as $$
#variable_conflict use_column
begin
  perform private.require_visible_content(list_content_versions.content_id);
  return query
    select
      versions.version, versions.action, versions.snapshot, versions.created_by, versions.created_at,
      versions.major_version, versions.minor_version, versions.note, versions.feedback, versions.step_name,
      versions.reviewer_id
    from public.content_versions as versions
    where versions.content_id = list_content_versions.content_id
    order by versions.version desc;
end;
$$;
comment on function public.list_content_versions is 'Newest first.';
grant execute on function public.list_content_versions to authenticated;

-- Security definer: finds the brand of a topic's subject, which the caller may not be able to read.
create or replace function private.may_join_topic(topic text)
returns boolean
language sql
stable
security definer
set search_path = ''
as $$
  -- A brand's topic tells of its contents, runs and generations: it takes what these take.
  select case split_part(topic, ':', 1)
    when 'brand' then private.permits(subject.id, 'content.read') and private.permits(subject.id, 'workflow.read')
      and private.permits(subject.id, 'ai.read') and private.permits(subject.id, 'claim.read')
      and private.permits(subject.id, 'file.read')
    when 'content' then exists (
      select 1 from public.contents
      where
        contents.id = subject.id
        and contents.deleted_at is null
        and private.permits(contents.brand_id, 'content.read')
    )
    when 'workflow' then exists (
      select 1 from public.workflow_instances as instance
      where instance.id = subject.id and private.permits(instance.brand_id, 'workflow.read')
    )
    when 'ai' then exists (
      select 1 from public.ai_generations as generation
      where generation.id = subject.id and private.permits(generation.brand_id, 'ai.read')
    )
    when 'user' then subject.id = auth.uid() and private.session_trusted()
    else false
  end
  from (
    select case
      when topic ~ '^[a-z]+:[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$' then split_part(topic, ':', 2)::uuid
    end as id
  ) as subject
  where subject.id is not null;
$$;

drop function private.lock_content(uuid, public.brand_role);
drop function private.require_role(uuid, public.brand_role, text);
drop function private.brand_ids(public.brand_role);

-- What commands and triggers write, the service writes by them as well: no function of ours can go around the rules.
revoke insert, update, delete, truncate on
public.contents, public.content_versions, public.workflow_instances, public.workflow_step_runs, public.workflow_tasks,
public.workflow_actions, public.domain_events, public.audit_log, public.comment_revisions
from service_role;

-- Security definer, as before: the operators on JSON are not leakproof. Each event takes the permission of what it is
-- of.
create or replace function public.list_content_history(content_id uuid)
returns table (
  id uuid, type text, aggregate_type text, aggregate_id uuid, aggregate_version integer,
  actor_id uuid, actor_name text, payload jsonb, request_id text, occurred_at timestamptz
)
language plpgsql
stable
security definer
set search_path = ''
as $$
#variable_conflict use_column
begin
  perform private.require_visible_content(list_content_history.content_id);
  return query
    select
      events.id, events.type, events.aggregate_type, events.aggregate_id, events.aggregate_version,
      events.actor_id, nullif(btrim(profiles.first_name || ' ' || profiles.last_name), ''),
      events.payload - 'changes', events.correlation_id, events.occurred_at
    from public.domain_events as events
    left join public.profiles on profiles.id = events.actor_id
    where
      (
        events.aggregate_id = list_content_history.content_id
        or (events.payload ? 'contentId' and events.payload ->> 'contentId' = list_content_history.content_id::text)
      )
      and private.permits(events.brand_id, private.event_permission(events.aggregate_type))
    order by events.id;
end;
$$;

-- Lists that go deep: as a function for the reason that search is one. Under a policy the planner cannot know how
-- many of a brand's rows will pass, so it reads and sorts them all where a cursor asks for twenty.
create function public.list_contents(
  brand_id uuid,
  status text default null,
  before_updated_at timestamptz default null,
  before_id uuid default null,
  page_size integer default 20
)
returns setof public.contents
language plpgsql
stable
security definer
set search_path = ''
set plan_cache_mode = 'force_generic_plan' -- any cursor wants the same index; planning every partition costs more
as $$
#variable_conflict use_variable
declare
  wished integer := least(greatest(coalesce(page_size, 20), 1), 100);
begin
  perform private.require_permission(brand_id, 'content.read');
  before_updated_at := coalesce(before_updated_at, 'infinity');
  before_id := coalesce(before_id, '00000000-0000-0000-0000-000000000000');
  if status is not null then
    return query
      select contents.* from public.contents
      where
        contents.brand_id = brand_id and contents.status = status and contents.deleted_at is null
        and contents.updated_at <= before_updated_at
        and (contents.updated_at < before_updated_at or contents.id > before_id)
      order by contents.updated_at desc, contents.id
      limit wished;
  else
    return query
      select contents.* from public.contents
      where
        contents.brand_id = brand_id and contents.deleted_at is null
        and contents.updated_at <= before_updated_at
        and (contents.updated_at < before_updated_at or contents.id > before_id)
      order by contents.updated_at desc, contents.id
      limit wished;
  end if;
end;
$$;
comment on function public.list_contents is
'The contents of a brand, last changed first, after the one at the cursor (updated_at and id of the last that was
seen).';
grant execute on function public.list_contents to authenticated;
