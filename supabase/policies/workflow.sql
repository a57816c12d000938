-- workflows, workflow_steps, workflow_step_assignees, workflow_instances, workflow_tasks

grant select on public.workflows to authenticated;
grant select on public.workflow_steps to authenticated;
grant select on public.workflow_step_assignees to authenticated;
grant select on public.workflow_instances to authenticated;
grant select on public.workflow_tasks to authenticated;

create policy "Workflows may be read by members of their brand"
on public.workflows for select to authenticated
using (brand_id in (select private.brand_ids('viewer')));

create policy "Steps may be read by members of their brand"
on public.workflow_steps for select to authenticated
using (brand_id in (select private.brand_ids('viewer')));

create policy "Assignees may be read by members of their brand"
on public.workflow_step_assignees for select to authenticated
using (brand_id in (select private.brand_ids('viewer')));

create policy "Runs may be read by members of their brand"
on public.workflow_instances for select to authenticated
using (brand_id in (select private.brand_ids('viewer')));

create policy "Tasks may be read by members of their brand"
on public.workflow_tasks for select to authenticated
using (brand_id in (select private.brand_ids('viewer')));
