-- ai_generations, ai_prices, ai_budgets, prompt_templates, brand_knowledge, vetting_feedback

grant select on public.ai_generations to authenticated;

create policy "Generations may be read by members of their brand"
on public.ai_generations for select to authenticated
using (brand_id = any((select private.brands_permitting('ai.read'))::uuid[]));

grant select, insert (provider, model, effective_from, input_per_1000, output_per_1000),
update (input_per_1000, output_per_1000) on public.ai_prices to authenticated;

create policy "Prices may be read by everyone"
on public.ai_prices for select to authenticated
using (true);

create policy "Prices may be added by platform admins"
on public.ai_prices for insert to authenticated
with check ((select private.is_platform_admin()));

create policy "Prices may be changed by platform admins"
on public.ai_prices for update to authenticated
using ((select private.is_platform_admin()))
with check ((select private.is_platform_admin()));

-- Written only by the command set_budget, which announces the change.
grant select on public.ai_budgets to authenticated;

create policy "Budgets may be read by those who manage AI"
on public.ai_budgets for select to authenticated
using (brand_id = any((select private.brands_permitting('ai.manage'))::uuid[]));

grant select on public.prompt_templates to authenticated;
grant insert (brand_id, name, version, system_prompt, user_prompt, variables, parameters, is_active)
on public.prompt_templates to authenticated;
grant update (is_active) on public.prompt_templates to authenticated;

create policy "Prompts may be read by those who manage AI"
on public.prompt_templates for select to authenticated
using (
  brand_id = any((select private.brands_permitting('ai.manage'))::uuid[])
  or (brand_id is null and (select private.is_platform_admin()))
);

create policy "Prompts may be made by those who manage AI"
on public.prompt_templates for insert to authenticated
with check (
  brand_id = any((select private.brands_permitting('ai.manage'))::uuid[])
  or (brand_id is null and (select private.is_platform_admin()))
);

create policy "Prompts may be switched by those who manage AI"
on public.prompt_templates for update to authenticated
using (
  brand_id = any((select private.brands_permitting('ai.manage'))::uuid[])
  or (brand_id is null and (select private.is_platform_admin()))
)
with check (
  brand_id = any((select private.brands_permitting('ai.manage'))::uuid[])
  or (brand_id is null and (select private.is_platform_admin()))
);

grant select, insert (brand_id, title, source_url, body), update (title, source_url, body), delete
on public.brand_knowledge to authenticated;

create policy "Knowledge may be read by members of its brand"
on public.brand_knowledge for select to authenticated
using (brand_id = any((select private.brands_permitting('ai.read'))::uuid[]));

create policy "Knowledge may be added by those who manage AI"
on public.brand_knowledge for insert to authenticated
with check (brand_id = any((select private.brands_permitting('ai.manage'))::uuid[]));

create policy "Knowledge may be changed by those who manage AI"
on public.brand_knowledge for update to authenticated
using (brand_id = any((select private.brands_permitting('ai.manage'))::uuid[]))
with check (brand_id = any((select private.brands_permitting('ai.manage'))::uuid[]));

create policy "Knowledge may be removed by those who manage AI"
on public.brand_knowledge for delete to authenticated
using (brand_id = any((select private.brands_permitting('ai.manage'))::uuid[]));

grant select on public.vetting_feedback to authenticated;

create policy "Vetting feedback may be read by readers of the contents"
on public.vetting_feedback for select to authenticated
using (
  brand_id = any((select private.brands_permitting('workflow.read'))::uuid[])
  and brand_id = any((select private.brands_permitting('content.read'))::uuid[])
);
