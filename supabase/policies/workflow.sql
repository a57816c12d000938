-- workflows, workflow_versions, workflow_steps, workflow_step_assignees; workflow_instances, workflow_step_runs,
-- workflow_tasks, workflow_actions
--
-- Only commands write definitions and runs. The service has no privilege to write runs.

revoke insert, update, delete, truncate on
public.workflow_instances, public.workflow_step_runs, public.workflow_tasks, public.workflow_actions
from service_role;

grant select on public.workflows to authenticated;

create policy "Workflows may be read by members of their brand"
on public.workflows for select to authenticated
using (brand_id = any((select private.brands_permitting('workflow.read'))::uuid[]));

-- Nobody reads here who made a version: functions name the people.
grant select (workflow_id, version, brand_id, definition, created_at) on public.workflow_versions to authenticated;

create policy "Former workflows may be read by members of their brand"
on public.workflow_versions for select to authenticated
using (brand_id = any((select private.brands_permitting('workflow.read'))::uuid[]));

grant select on public.workflow_steps to authenticated;

create policy "Steps may be read by members of their brand"
on public.workflow_steps for select to authenticated
using (brand_id = any((select private.brands_permitting('workflow.read'))::uuid[]));

grant select on public.workflow_step_assignees to authenticated;

create policy "Named people may be read by members of their brand"
on public.workflow_step_assignees for select to authenticated
using (brand_id = any((select private.brands_permitting('workflow.read'))::uuid[]));

-- Runs quote contents, and their actions the comments on them.
grant select on public.workflow_instances to authenticated;

create policy "Runs may be read by readers of the contents"
on public.workflow_instances for select to authenticated
using (
  brand_id = any((select private.brands_permitting('workflow.read'))::uuid[])
  and brand_id = any((select private.brands_permitting('content.read'))::uuid[])
);

grant select on public.workflow_step_runs to authenticated;

create policy "Steps of runs may be read by readers of the contents"
on public.workflow_step_runs for select to authenticated
using (
  brand_id = any((select private.brands_permitting('workflow.read'))::uuid[])
  and brand_id = any((select private.brands_permitting('content.read'))::uuid[])
);

grant select on public.workflow_tasks to authenticated;

create policy "Tasks may be read by readers of the contents"
on public.workflow_tasks for select to authenticated
using (
  brand_id = any((select private.brands_permitting('workflow.read'))::uuid[])
  and brand_id = any((select private.brands_permitting('content.read'))::uuid[])
);

grant select on public.workflow_actions to authenticated;

create policy "Actions may be read by readers of the contents"
on public.workflow_actions for select to authenticated
using (
  brand_id = any((select private.brands_permitting('workflow.read'))::uuid[])
  and brand_id = any((select private.brands_permitting('content.read'))::uuid[])
);
