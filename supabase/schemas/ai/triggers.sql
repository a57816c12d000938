create trigger stamp_budget before insert or update on public.ai_budgets
for each row execute function private.stamp_budget();
create trigger keep_brand before update on public.ai_budgets
for each row execute function private.keep_brand();

create trigger stamp_row before insert or update on public.prompt_templates
for each row execute function private.stamp_row('actors');
create trigger keep_brand before update on public.prompt_templates
for each row execute function private.keep_brand();

create trigger stamp_row before insert or update on public.brand_knowledge
for each row execute function private.stamp_row('actors');
create trigger keep_brand before update on public.brand_knowledge
for each row execute function private.keep_brand();
create trigger enqueue_embedding
after insert or update of title, body on public.brand_knowledge
for each row execute function private.enqueue_embedding();
