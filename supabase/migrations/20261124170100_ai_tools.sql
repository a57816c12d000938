-- The tools, who may use them, and what only the platform's own functions can say: signed commands.

create table private.ai_tools (
  type text primary key,
  permission text not null references private.permissions (name),
  writes_content boolean not null,
  uses_writing boolean not null
);
comment on table private.ai_tools is 'The AI tools of domain §7, by the type of their generations.';
comment on column private.ai_tools.writes_content is 'Where it names a content, its answer is written into it.';
comment on column private.ai_tools.uses_writing is 'Its prompt takes the brand''s own published writing as an example.';
create index ai_tools_permission_idx on private.ai_tools (permission);
alter table private.ai_tools enable row level security;
insert into private.ai_tools
values
('content_generation', 'ai.use', true, true),
('field_generation', 'ai.use', true, true),
('regeneration', 'ai.use', true, true),
('metadata_generation', 'ai.use', true, false),
('alt_text', 'ai.use', false, false),
('transcreation', 'ai.use', false, true),
('brand_analysis', 'brand.update', false, false),
('claim_review', 'ai.use', false, false),
('title_suggestion', 'ai.use', false, true),
('keyword_extraction', 'ai.use', false, false),
('replacement_suggestion', 'ai.use', false, false),
('guardrail_check', 'ai.use', false, false);

create function private.is_switched_off(brand public.brands, type text)
returns boolean
language sql
stable
set search_path = ''
as $$
  -- A tool without a flag is on; with one it is on where the flag says so.
  select brand.deleted_at is not null or coalesce(brand.settings ->> 'aiEnabled' = 'false', false) or exists (
    select from public.feature_flags as flags
    where
      flags.key in ('ai', 'ai.' || is_switched_off.type)
      and not (flags.is_enabled and (flags.brand_ids = '{}' or brand.id = any (flags.brand_ids)))
  );
$$;
comment on function private.is_switched_off is 'Whether nothing of the brand may be given to a model for this.';

create function private.refuse_disabled_tool(brand public.brands, type text)
returns void
language plpgsql
stable
set search_path = ''
as $$
begin
  if brand.settings ->> 'aiEnabled' = 'false' then
    perform private.refuse(403, 'AI is switched off for this brand');
  end if;
  if private.is_switched_off(brand, type) then
    perform private.refuse(403, 'this feature is not available to the brand');
  end if;
end;
$$;
comment on function private.refuse_disabled_tool is
'403 where the brand has switched AI off (settings.aiEnabled), or where a flag, `ai` or `ai.<type>`, does not name it.';

-- Anyone with a token may call a function of the data API. What a model was asked and what it cost is therefore taken
-- only under a signature of the platform's functions: the caller's own token says who, the signature that it is so.

create table private.signing_keys (
  secret text primary key check (char_length(secret) >= 32),
  created_at timestamptz not null default now()
);
comment on table private.signing_keys is
'The keys of signed commands: the two newest count, so that they can be changed.';
alter table private.signing_keys enable row level security;

create function public.register_signing_key(secret text)
returns void
language plpgsql
volatile
security definer -- private is closed to the service as well
set search_path = ''
as $$
begin
  insert into private.signing_keys (secret) values (register_signing_key.secret) on conflict do nothing;
  delete from private.signing_keys
  where signing_keys.secret not in (
    select newest.secret from private.signing_keys as newest order by newest.created_at desc limit 2
  );
end;
$$;
comment on function public.register_signing_key is 'For the service: makes AI_SIGNING_SECRET known; safe to repeat.';
grant execute on function public.register_signing_key to service_role;

create function private.signed(payload text, signature text)
returns jsonb
language plpgsql
stable
set search_path = ''
as $$
begin
  if not exists (
    select from private.signing_keys as keys
    where encode(extensions.hmac(
      convert_to(payload, 'UTF8'), convert_to(keys.secret, 'UTF8'), 'sha256'
    ), 'hex') = signature
  ) then
    perform private.refuse(403, 'this is for the platform''s own functions');
  end if;
  if (payload::jsonb ->> 'userId')::uuid is distinct from auth.uid() then
    perform private.refuse(403, 'this was signed for somebody else');
  end if;
  return payload::jsonb;
end;
$$;
comment on function private.signed is
'What a function of the platform signed (HMAC-SHA-256, hexadecimal) for this caller; 403 for anything else.';

create function public.report_progress(generation_id uuid, progress jsonb)
returns void
language plpgsql
volatile
security definer -- writes to realtime.messages whatever the caller may write there
set search_path = ''
as $$
begin
  if not exists (
    select from public.ai_generations as generation
    where
      generation.id = report_progress.generation_id and generation.user_id = auth.uid()
      and generation.status = 'pending' and private.permits(generation.brand_id, 'ai.read')
  ) then
    perform private.refuse(404, 'generation not found');
  end if;
  if jsonb_typeof(progress) is distinct from 'object' or octet_length(progress::text) > 2000 then
    perform private.refuse(400, 'progress is a small object');
  end if;
  perform realtime.send(
    jsonb_build_object('type', 'AIGenerationProgress', 'requestId', generation_id, 'data', progress),
    'AIGenerationProgress', 'ai:' || generation_id, true
  );
end;
$$;
comment on function public.report_progress is
'Tells those who listen to ai:{id} how far a generation of the caller''s has come; nothing of it is kept.';
grant execute on function public.report_progress to authenticated;
