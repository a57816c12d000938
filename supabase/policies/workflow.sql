-- workflows, workflow_versions, workflow_steps, workflow_step_assignees; workflow_instances, workflow_step_runs,
-- workflow_tasks, workflow_actions
--
-- Admins write definitions. Only commands write runs; the service has no privilege to.

revoke insert, update, delete, truncate on
public.workflow_instances, public.workflow_step_runs, public.workflow_tasks, public.workflow_actions
from service_role;

grant select, delete on public.workflows to authenticated;
grant insert (brand_id, name, description, content_types, is_default, is_active, type, timeout_hours, escalate_to)
on public.workflows to authenticated;
grant update (name, description, content_types, is_default, is_active, type, timeout_hours, escalate_to)
on public.workflows to authenticated;

create policy "Workflows may be read by members of their brand"
on public.workflows for select to authenticated
using (brand_id = any((select private.brands_permitting('workflow.read'))::uuid[]));

create policy "Workflows may be added by admins of the brand"
on public.workflows for insert to authenticated
with check (brand_id = any((select private.brands_permitting('workflow.write'))::uuid[]));

create policy "Workflows may be changed by admins of the brand"
on public.workflows for update to authenticated
using (brand_id = any((select private.brands_permitting('workflow.write'))::uuid[]))
with check (brand_id = any((select private.brands_permitting('workflow.write'))::uuid[]));

create policy "Workflows may be removed by admins of the brand"
on public.workflows for delete to authenticated
using (brand_id = any((select private.brands_permitting('workflow.write'))::uuid[]));

-- Nobody reads here who made a version: functions name the people.
grant select (workflow_id, version, brand_id, definition, created_at) on public.workflow_versions to authenticated;

create policy "Former workflows may be read by members of their brand"
on public.workflow_versions for select to authenticated
using (brand_id = any((select private.brands_permitting('workflow.read'))::uuid[]));

grant select, delete on public.workflow_steps to authenticated;
grant insert (
  workflow_id,
  brand_id,
  name,
  instructions,
  require_all_approvals,
  timeout_hours,
  type,
  assignment_type,
  assigned_role,
  is_required,
  allow_skip, prerequisites, condition, skip_condition, actions, requires_published_url, automated_check, position
) on public.workflow_steps to authenticated;
grant update (
  name, instructions, require_all_approvals, timeout_hours, type, assignment_type, assigned_role, is_required,
  allow_skip, prerequisites, condition, skip_condition, actions, requires_published_url, automated_check, position
) on public.workflow_steps to authenticated;

create policy "Steps may be read by members of their brand"
on public.workflow_steps for select to authenticated
using (brand_id = any((select private.brands_permitting('workflow.read'))::uuid[]));

create policy "Steps may be added by admins of the brand"
on public.workflow_steps for insert to authenticated
with check (brand_id = any((select private.brands_permitting('workflow.write'))::uuid[]));

create policy "Steps may be changed by admins of the brand"
on public.workflow_steps for update to authenticated
using (brand_id = any((select private.brands_permitting('workflow.write'))::uuid[]))
with check (brand_id = any((select private.brands_permitting('workflow.write'))::uuid[]));

create policy "Steps may be removed by admins of the brand"
on public.workflow_steps for delete to authenticated
using (brand_id = any((select private.brands_permitting('workflow.write'))::uuid[]));

grant select, insert (step_id, user_id, brand_id), delete on public.workflow_step_assignees to authenticated;

create policy "Named people may be read by members of their brand"
on public.workflow_step_assignees for select to authenticated
using (brand_id = any((select private.brands_permitting('workflow.read'))::uuid[]));

create policy "Named people may be added by admins of the brand"
on public.workflow_step_assignees for insert to authenticated
with check (brand_id = any((select private.brands_permitting('workflow.write'))::uuid[]));

create policy "Named people may be removed by admins of the brand"
on public.workflow_step_assignees for delete to authenticated
using (brand_id = any((select private.brands_permitting('workflow.write'))::uuid[]));

grant select on public.workflow_instances to authenticated;

create policy "Runs may be read by members of their brand"
on public.workflow_instances for select to authenticated
using (brand_id = any((select private.brands_permitting('workflow.read'))::uuid[]));

grant select on public.workflow_step_runs to authenticated;

create policy "Steps of runs may be read by members of their brand"
on public.workflow_step_runs for select to authenticated
using (brand_id = any((select private.brands_permitting('workflow.read'))::uuid[]));

grant select on public.workflow_tasks to authenticated;

create policy "Tasks may be read by members of their brand"
on public.workflow_tasks for select to authenticated
using (brand_id = any((select private.brands_permitting('workflow.read'))::uuid[]));

grant select on public.workflow_actions to authenticated;

create policy "Actions may be read by members of their brand"
on public.workflow_actions for select to authenticated
using (brand_id = any((select private.brands_permitting('workflow.read'))::uuid[]));
