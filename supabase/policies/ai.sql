-- ai_generations

grant select on public.ai_generations to authenticated;

create policy "Generations may be read by members of their brand"
on public.ai_generations for select to authenticated
using (brand_id in (select private.brand_ids('viewer')));
