-- Rendered from supabase/policies by `make policies`: change them there, never here.
-- Takes away every policy and privilege of the API roles first, so that what was removed there is gone.

do $$
declare
  policy record;
begin
  for policy in
    select schemaname, tablename, policyname
    from pg_policies
    where schemaname in ('public', 'private') or (schemaname, tablename) = ('realtime', 'messages')
  loop
    execute format('drop policy %I on %I.%I', policy.policyname, policy.schemaname, policy.tablename);
  end loop;
end
$$;
revoke all on all tables in schema public from anon, authenticated;

-- policies/ai.sql

-- ai_generations

grant select on public.ai_generations to authenticated;

create policy "Generations may be read by members of their brand"
on public.ai_generations for select to authenticated
using (brand_id in (select private.brand_ids('viewer')));

-- policies/content.sql

-- contents, content_versions
--
-- Nobody may write here directly: the commands of the migrations do, after their checks.

grant select on public.contents to authenticated;

create policy "Contents may be read by members of their brand"
on public.contents for select to authenticated
using (deleted_at is null and brand_id in (select private.brand_ids('viewer')));

grant select on public.content_versions to authenticated;

create policy "Versions may be read by members of their brand"
on public.content_versions for select to authenticated
using (brand_id in (select private.brand_ids('viewer')));

-- policies/events.sql

-- domain_events, realtime.messages

grant select on public.domain_events to authenticated;

create policy "Events may be read by members of their brand"
on public.domain_events for select to authenticated
using (brand_id in (select private.brand_ids('viewer')));

create policy "Topics may be joined by those who may read what they are about"
on realtime.messages for select to authenticated
using (extension = 'broadcast' and (select private.may_join_topic((select realtime.topic()))));

-- policies/identity.sql

-- profiles, brands, brand_members

grant select on public.profiles to authenticated;
grant update (first_name, last_name, timezone, language) on public.profiles to authenticated;

create policy "People may see themselves and those they share a brand with"
on public.profiles for select to authenticated
using (id = (select auth.uid()) or id in (select private.colleague_ids()));

create policy "People may change their own profile"
on public.profiles for update to authenticated
using (id = (select auth.uid()))
with check (id = (select auth.uid()));

grant select on public.brands to authenticated;

create policy "Brands may be read by their members"
on public.brands for select to authenticated
using (id in (select private.brand_ids('viewer')));

grant select on public.brand_members to authenticated;

create policy "Memberships may be read by members of the same brand"
on public.brand_members for select to authenticated
using (brand_id in (select private.brand_ids('viewer')));

-- policies/template.sql

-- templates

grant select on public.templates to authenticated;
grant insert (brand_id, name, description, content_type, input_fields, output_fields)
on public.templates to authenticated;
grant update (name, description, content_type, input_fields, output_fields, is_active)
on public.templates to authenticated;

create policy "Templates may be read by members of their brand, global ones by everyone"
on public.templates for select to authenticated
using (brand_id is null or brand_id in (select private.brand_ids('viewer')));

create policy "Templates may be created by admins of the brand"
on public.templates for insert to authenticated
with check (brand_id in (select private.brand_ids('admin')));

create policy "Templates may be changed by admins of the brand"
on public.templates for update to authenticated
using (brand_id in (select private.brand_ids('admin')))
with check (brand_id in (select private.brand_ids('admin')));

-- policies/workflow.sql

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
