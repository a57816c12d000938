create function public.set_notification_preferences(preferences jsonb, version integer)
returns public.notification_preferences
language plpgsql
volatile
security invoker -- under the policies of the table
set search_path = ''
as $$
declare
  wanted constant public.notification_preferences := jsonb_populate_record(
    null::public.notification_preferences, preferences
  );
  written public.notification_preferences;
begin
  perform private.require_functions();
  if not private.person_trusted() then
    perform private.refuse(401, 'this session is not trusted', '[{"code": "MFA_REQUIRED", "message": "sign in"}]');
  end if;
  if set_notification_preferences.version = 0 then
    insert into public.notification_preferences (
      user_id, email_enabled, content_updates, new_comments, task_reminders, marketing, digest, quiet_from, quiet_to
    )
    values (
      auth.uid(), wanted.email_enabled, wanted.content_updates, wanted.new_comments, wanted.task_reminders,
      wanted.marketing, wanted.digest, wanted.quiet_from, wanted.quiet_to
    )
    on conflict (user_id) do nothing
    returning * into written;
  else
    update public.notification_preferences
    set
      email_enabled = wanted.email_enabled, content_updates = wanted.content_updates,
      new_comments = wanted.new_comments, task_reminders = wanted.task_reminders, marketing = wanted.marketing,
      digest = wanted.digest, quiet_from = wanted.quiet_from, quiet_to = wanted.quiet_to
    where
      notification_preferences.user_id = auth.uid()
      and notification_preferences.version = set_notification_preferences.version
    returning * into written;
  end if;
  if written.user_id is null then
    perform private.refuse(412, 'the preferences have changed since');
  end if;
  return written;
end;
$$;
comment on function public.set_notification_preferences is
'Replaces all notification preferences of the caller and returns them. The version is the one that the caller read, 0
where there were none yet; 412 where another one is there by now.';
grant execute on function public.set_notification_preferences to authenticated;
