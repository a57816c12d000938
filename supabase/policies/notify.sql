-- notifications, notification_preferences
--
-- Only the service writes notifications, so that people cannot send them to each other.

grant select, update (is_read, is_archived) on public.notifications to authenticated;

create policy "People may read what they are told"
on public.notifications for select to authenticated
using (
  user_id = (select auth.uid())
  and (brand_id is null or brand_id = any((select private.brands_permitting('brand.read'))::uuid[]))
);

create policy "People may put away what they are told"
on public.notifications for update to authenticated
using (
  user_id = (select auth.uid())
  and (brand_id is null or brand_id = any((select private.brands_permitting('brand.read'))::uuid[]))
)
with check (user_id = (select auth.uid()));

grant select on public.notification_preferences to authenticated;
grant insert (
  user_id, email_enabled, content_updates, new_comments, task_reminders, marketing, digest, quiet_from, quiet_to,
  channels, muted_brands
) on public.notification_preferences to authenticated;
grant update (
  email_enabled, content_updates, new_comments, task_reminders, marketing, digest, quiet_from, quiet_to,
  channels, muted_brands
) on public.notification_preferences to authenticated;

create policy "People may read their own preferences"
on public.notification_preferences for select to authenticated
using (user_id = (select auth.uid()));

create policy "People may set their own preferences"
on public.notification_preferences for insert to authenticated
with check (user_id = (select auth.uid()));

create policy "People may change their own preferences"
on public.notification_preferences for update to authenticated
using (user_id = (select auth.uid()))
with check (user_id = (select auth.uid()));
