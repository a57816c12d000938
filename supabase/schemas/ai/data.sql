insert into private.ai_tools (type, permission, writes_content, uses_writing)
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
('guardrail_check', 'ai.use', false, false),
('claim_styling', 'ai.use', false, false),
('claim_simplification', 'ai.use', false, false),
('vetting_feedback', 'ai.use', false, false)
on conflict (type) do update set
  permission = excluded.permission,
  writes_content = excluded.writes_content,
  uses_writing = excluded.uses_writing
where (ai_tools.permission, ai_tools.writes_content, ai_tools.uses_writing) is distinct from (
  excluded.permission, excluded.writes_content, excluded.uses_writing
);

insert into public.ai_prices (provider, model, effective_from, input_per_1000, output_per_1000)
values
('anthropic', '*', '2024-01-01', 0.015, 0.075),
('anthropic', 'claude-3-opus', '2024-01-01', 0.015, 0.075),
('azure_openai', '*', '2024-01-01', 0.03, 0.06),
('azure_openai', 'gpt-4o', '2024-10-01', 0.0025, 0.01),
('azure_openai', 'gpt-4o-mini', '2024-07-18', 0.00015, 0.0006),
('azure_openai', 'text-embedding-3-small', '2024-01-25', 0.00002, 0),
('local', '*', '2024-01-01', 0, 0),
('openai', '*', '2024-01-01', 0.03, 0.06),
('openai', 'gpt-3.5-turbo', '2024-01-01', 0.001, 0.002),
('openai', 'gpt-4', '2024-01-01', 0.03, 0.06),
('openai', 'gpt-4o', '2024-10-01', 0.0025, 0.01),
('openai', 'gpt-4o-mini', '2024-07-18', 0.00015, 0.0006),
('openai', 'text-embedding-3-small', '2024-01-25', 0.00002, 0),
('openai', 'text-embedding-ada-002', '2024-01-01', 0.0001, 0)
on conflict (provider, model, effective_from) do update set
  input_per_1000 = excluded.input_per_1000,
  output_per_1000 = excluded.output_per_1000
where (ai_prices.input_per_1000, ai_prices.output_per_1000) is distinct from (
  excluded.input_per_1000, excluded.output_per_1000
);
