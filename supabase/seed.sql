-- The demo organisation: two brands that must never see each other, and the people who work in them.
-- Run by the local stack only. It plants people with a published password ("Mixerai-demo-2026"), one of them a
-- platform admin, and a published key: `[db.seed]` in config.toml is off, and a database without the mark refuses it.
-- Safe to run again.

do $$
begin
  if current_setting('mixerai.environment', true) is distinct from 'local' then
    raise exception using
      errcode = 'object_not_in_prerequisite_state',
      message = 'seed.sql is for local databases only',
      hint = 'Say so in the session that runs it: set mixerai.environment = ''local''';
  end if;
end
$$;

do $$
declare
  people constant jsonb := '[
    {"id": "00000000-0000-7000-8000-000000000001", "email": "platform@mixerai.test", "first": "Petra", "last": "Platform"},
    {"id": "00000000-0000-7000-8000-0000000000a1", "email": "admin@aurora.test", "first": "Ada", "last": "Admin"},
    {"id": "00000000-0000-7000-8000-0000000000a2", "email": "editor@aurora.test", "first": "Emil", "last": "Editor"},
    {"id": "00000000-0000-7000-8000-0000000000a3", "email": "viewer@aurora.test", "first": "Vera", "last": "Viewer"},
    {"id": "00000000-0000-7000-8000-0000000000b1", "email": "admin@borealis.test", "first": "Bo", "last": "Admin"},
    {"id": "00000000-0000-7000-8000-0000000000b2", "email": "editor@borealis.test", "first": "Elsa", "last": "Editor"},
    {"id": "00000000-0000-7000-8000-0000000000b3", "email": "viewer@borealis.test", "first": "Viggo", "last": "Viewer"}
  ]';
  person jsonb;
begin
  for person in select * from jsonb_array_elements(people) loop
    -- Every column that Auth reads without looking for null: on a hosted project most have no default.
    insert into auth.users (
      instance_id, id, aud, role, email, encrypted_password, email_confirmed_at, raw_app_meta_data, raw_user_meta_data,
      confirmation_token, recovery_token, email_change, email_change_token_new, created_at, updated_at
    )
    values (
      '00000000-0000-0000-0000-000000000000', (person ->> 'id')::uuid, 'authenticated', 'authenticated', person ->> 'email',
      extensions.crypt('Mixerai-demo-2026', extensions.gen_salt('bf', 10)), now(),
      '{"provider": "email", "providers": ["email"]}',
      jsonb_build_object('first_name', person ->> 'first', 'last_name', person ->> 'last'),
      '', '', '', '', now(), now()
    )
    on conflict (id) do nothing;
    insert into auth.identities (
      id, provider, provider_id, user_id, identity_data, last_sign_in_at, created_at, updated_at
    )
    values (
      (person ->> 'id')::uuid, 'email', person ->> 'id', (person ->> 'id')::uuid,
      jsonb_build_object('sub', person ->> 'id', 'email', person ->> 'email', 'email_verified', true),
      now(), now(), now()
    )
    on conflict (provider, provider_id) do nothing;
  end loop;
end
$$;

insert into private.platform_admins (user_id)
values ('00000000-0000-7000-8000-000000000001')
on conflict do nothing;

-- What the stand-ins sign with; a deployment's scheduler makes its own secret known.
do $$
begin
  if to_regprocedure('public.register_signing_key(text)') is not null then
    perform public.register_signing_key('local-signing-secret-of-at-least-32-characters');
  end if;
end
$$;

insert into public.brands (
  id, name, slug, description, identity, tone_of_voice, guardrails, key_messages, target_audience, country, language
)
values
(
  '00000000-0000-7000-8000-00000000000a', 'Aurora Skincare', 'aurora-skincare',
  'Skin care from the far north, made with few ingredients and much patience.',
  '{"mission": "Calm, healthy skin in every climate", "values": ["honesty", "restraint", "care"],
    "usp": "Five ingredients at most, all of them named on the front"}',
  'Warm and plain. Short sentences, no superlatives. We explain as a friend with a degree in chemistry would.',
  array[
    'Never promise a cure or a permanent result',
    'Never compare with a named competitor',
    'Name every active ingredient that is mentioned',
    'No medical wording: say skin care, not treatment',
    'Do not mention pack size or country of origin'
  ],
  array['Five ingredients at most', 'Made for sensitive skin'], 'People of 25 to 45 with sensitive skin', 'GB', 'en'
),
(
  '00000000-0000-7000-8000-00000000000b', 'Borealis Coffee', 'borealis-coffee',
  'Single-origin coffee, roasted slowly on the coast.',
  '{"mission": "Better mornings", "values": ["craft", "fair trade"], "usp": "Roasted to order, shipped the same day"}',
  'Bright and brisk, with a wink. We talk like a barista who has time for you.',
  array[
    'Never claim health benefits of caffeine',
    'Always name the farm',
    'No irony about other roasters',
    'Prices never appear in articles',
    'Do not use the word "artisanal"'
  ],
  array['Roasted to order'], 'People who grind their own beans', 'GB', 'en'
)
on conflict (id) do nothing;

insert into public.brand_members (user_id, brand_id, role)
values
('00000000-0000-7000-8000-0000000000a1', '00000000-0000-7000-8000-00000000000a', 'admin'),
('00000000-0000-7000-8000-0000000000a2', '00000000-0000-7000-8000-00000000000a', 'editor'),
('00000000-0000-7000-8000-0000000000a3', '00000000-0000-7000-8000-00000000000a', 'viewer'),
('00000000-0000-7000-8000-0000000000b1', '00000000-0000-7000-8000-00000000000b', 'admin'),
('00000000-0000-7000-8000-0000000000b2', '00000000-0000-7000-8000-00000000000b', 'editor'),
('00000000-0000-7000-8000-0000000000b3', '00000000-0000-7000-8000-00000000000b', 'viewer')
on conflict do nothing;

insert into public.templates (id, brand_id, name, description, content_type, input_fields, output_fields)
values (
  '00000000-0000-7000-8000-0000000000f1', null, 'Article', 'A short article around one topic.', 'article',
  '[{"id": "topic", "name": "Topic", "type": "short_text", "required": true},
    {"id": "keywords", "name": "Keywords", "type": "tags", "required": false}]',
  '[{"id": "headline", "name": "Headline", "type": "plain_text", "required": true, "maxLength": 60,
     "aiPrompt": "A headline about the topic that makes a reader curious."},
    {"id": "teaser", "name": "Teaser", "type": "plain_text", "required": false, "maxLength": 200,
     "aiPrompt": "Two sentences that lead into the article."},
    {"id": "body", "name": "Body", "type": "html", "required": true, "maxLength": 4000,
     "aiPrompt": "The article: three to five paragraphs of three to four sentences."}]'
)
on conflict (id) do nothing;

insert into public.workflows (id, brand_id, name, description, is_default)
values
(
  '00000000-0000-7000-8000-0000000000c1', '00000000-0000-7000-8000-00000000000a',
  'Simple review', 'One reviewer within a day.', true
),
(
  '00000000-0000-7000-8000-0000000000c2', '00000000-0000-7000-8000-00000000000b',
  'Simple review', 'One reviewer within a day.', true
)
on conflict (id) do nothing;

-- For `make smoke`, whose account approves what it made itself.
insert into public.workflows (id, brand_id, name, description, content_types, is_default)
values (
  '00000000-0000-7000-8000-0000000000c3', '00000000-0000-7000-8000-00000000000a',
  'Smoke test', 'Decided by the creator.', '{smoke_test}', true
)
on conflict (id) do nothing;

insert into public.workflow_steps (id, workflow_id, brand_id, position, name, assignment_type)
values (
  '00000000-0000-7000-8000-0000000000d3', '00000000-0000-7000-8000-0000000000c3',
  '00000000-0000-7000-8000-00000000000a', 1, 'Publish', 'creator'
)
on conflict (id) do nothing;

insert into public.workflow_steps (id, workflow_id, brand_id, position, name, timeout_hours)
values
(
  '00000000-0000-7000-8000-0000000000d1', '00000000-0000-7000-8000-0000000000c1',
  '00000000-0000-7000-8000-00000000000a', 1, 'Review', 24
),
(
  '00000000-0000-7000-8000-0000000000d2', '00000000-0000-7000-8000-0000000000c2',
  '00000000-0000-7000-8000-00000000000b', 1, 'Review', 24
)
on conflict (id) do nothing;

insert into public.workflow_step_assignees (step_id, user_id, brand_id)
values
(
  '00000000-0000-7000-8000-0000000000d1', '00000000-0000-7000-8000-0000000000a3',
  '00000000-0000-7000-8000-00000000000a'
),
(
  '00000000-0000-7000-8000-0000000000d2', '00000000-0000-7000-8000-0000000000b3',
  '00000000-0000-7000-8000-00000000000b'
)
on conflict do nothing;

-- What Borealis Coffee may say of its coffee, and what not.
insert into public.master_claim_brands (id, name)
values ('00000000-0000-7000-8000-0000000000e1', 'Borealis Coffee')
on conflict (id) do nothing;

insert into public.brand_master_claim_brands (brand_id, master_claim_brand_id)
values ('00000000-0000-7000-8000-00000000000b', '00000000-0000-7000-8000-0000000000e1')
on conflict do nothing;

insert into public.products (id, master_claim_brand_id, name)
values ('00000000-0000-7000-8000-0000000000e2', '00000000-0000-7000-8000-0000000000e1', 'Finca El Mirador')
on conflict (id) do nothing;

insert into public.claims (id, text, level, status, master_claim_brand_id)
values
(
  '00000000-0000-7000-8000-0000000000e3', '{"original": "Roasted to order within 24 hours"}', 'brand', 'allowed',
  '00000000-0000-7000-8000-0000000000e1'
),
(
  '00000000-0000-7000-8000-0000000000e4', '{"original": "Coffee is good for your heart"}', 'brand', 'disallowed',
  '00000000-0000-7000-8000-0000000000e1'
)
on conflict (id) do nothing;

-- The first contents are made as the editors make them: by the command, in the editor's name.
do $$
declare
  work constant jsonb := '[
    {"editor": "00000000-0000-7000-8000-0000000000a2", "brand": "00000000-0000-7000-8000-00000000000a",
     "titles": ["Why five ingredients are enough", "Winter skin, explained"]},
    {"editor": "00000000-0000-7000-8000-0000000000b2", "brand": "00000000-0000-7000-8000-00000000000b",
     "titles": ["A morning on the Finca El Mirador", "How to rinse a paper filter"]}
  ]';
  entry jsonb;
  title text;
  session constant uuid := gen_random_uuid();
begin
  if exists (select from public.contents) then
    return;
  end if;
  for entry in select * from jsonb_array_elements(work) loop
    perform set_config('request.jwt.claim.sub', entry ->> 'editor', true);
    if to_regclass('public.user_sessions') is not null then
      -- Nobody does anything but in a session of theirs.
      execute 'insert into public.user_sessions (id, user_id) values ($1, $2)' using session, (entry ->> 'editor')::uuid;
      perform set_config(
        'request.jwt.claims',
        -- Changes come from our functions or from the service.
        jsonb_build_object('role', 'service_role', 'sub', entry -> 'editor', 'session_id', session)::text, true
      );
    end if;
    for title in select * from jsonb_array_elements_text(entry -> 'titles') loop
      perform public.create_content(
        brand_id => (entry ->> 'brand')::uuid, title => title,
        template_id => '00000000-0000-7000-8000-0000000000f1', fields => jsonb_build_object('topic', title)
      );
    end loop;
    if to_regclass('public.user_sessions') is not null then
      execute 'delete from public.user_sessions where id = $1' using session;
    end if;
  end loop;
  perform set_config('request.jwt.claim.sub', '', true);
  perform set_config('request.jwt.claims', '', true);
end
$$;
