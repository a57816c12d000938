create trigger stamp_row
before insert or update on public.workflows
for each row execute function private.stamp_row('actors', 'version');
create trigger keep_brand
before update on public.workflows
for each row execute function private.keep_brand();
create trigger announce_change
after insert or update or delete on public.workflows
for each row execute function private.announce_change(
  'workflow_definition', 'WorkflowCreated', 'WorkflowChanged', 'WorkflowDeleted'
);
create trigger record_workflow_version
after insert or update on public.workflows
for each row execute function private.record_workflow_version();
create trigger keep_workflow_in_use
before delete on public.workflows
for each row execute function private.keep_workflow_in_use();
create trigger touch_brand
after update of name on public.workflows
for each row when (old.name is distinct from new.name) execute function private.touch_brand();

create trigger keep_brand
before update on public.workflow_steps
for each row execute function private.keep_brand();
create trigger count_workflow_version
after insert or update or delete on public.workflow_steps
for each row execute function private.count_workflow_version();

create trigger count_workflow_version
after insert or delete on public.workflow_step_assignees
for each row execute function private.count_workflow_version();

create trigger touch_brand
after insert or update or delete on public.brand_workflows
for each row execute function private.touch_brand();
