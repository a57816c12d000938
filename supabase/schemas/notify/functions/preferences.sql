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
      user_id, email_enabled, content_updates, new_comments, task_reminders, marketing, digest, quiet_from, quiet_to,
      channels, muted_brands
    )
    values (
      auth.uid(), wanted.email_enabled, wanted.content_updates, wanted.new_comments, wanted.task_reminders,
      wanted.marketing, wanted.digest, wanted.quiet_from, wanted.quiet_to, coalesce(wanted.channels, '{}'),
      coalesce(wanted.muted_brands, '[]')
    )
    on conflict (user_id) do nothing
    returning * into written;
  else
    update public.notification_preferences
    set
      email_enabled = wanted.email_enabled, content_updates = wanted.content_updates,
      new_comments = wanted.new_comments, task_reminders = wanted.task_reminders, marketing = wanted.marketing,
      digest = wanted.digest, quiet_from = wanted.quiet_from, quiet_to = wanted.quiet_to,
      -- Absent in what does not show them: they stay.
      channels = coalesce(wanted.channels, notification_preferences.channels),
      muted_brands = coalesce(wanted.muted_brands, notification_preferences.muted_brands)
    where
      notification_preferences.user_id = auth.uid()
      and notification_preferences.version = set_notification_preferences.version
    returning * into written;
  end if;
  if written.user_id is null then
    perform private.refuse(412, 'the preferences have changed since', jsonb_build_array(jsonb_build_object(
      'field', 'version', 'code', 'CONFLICT', 'message', coalesce((
        select present.version from public.notification_preferences as present where present.user_id = auth.uid()
      ), 0)::text
    )));
  end if;
  return written;
end;
$$;
comment on function public.set_notification_preferences is
'Replaces the notification preferences of the caller and returns them. The version is the one that the caller read, 0
where there were none yet; 412 where another one is there by now. Channels and muted brands stay where they are absent.';
grant execute on function public.set_notification_preferences to authenticated;

create function private.turn_off_mail(user_id uuid, category text)
returns void
language plpgsql
volatile
security definer -- the person follows a link of a mail, without a session
set search_path = ''
as $$
begin
  if category is not null and category not in (
    'tasks', 'content', 'comments', 'digests', 'quota', 'system', 'marketing'
  ) then
    perform private.refuse(400, 'there is no such category, or its mails cannot be turned off');
  end if;
  insert into public.notification_preferences (user_id) values (turn_off_mail.user_id)
  on conflict on constraint notification_preferences_pkey do nothing;
  update public.notification_preferences as preferences
  set
    email_enabled = case when category is null then false else preferences.email_enabled end,
    channels = case
      when category is null then preferences.channels
      else preferences.channels || jsonb_build_object(
        category, coalesce(preferences.channels -> category, '{}') || '{"email": false}'
      )
    end
  where
    preferences.user_id = turn_off_mail.user_id
    -- What is off already counts as no change: a form that is open stays valid.
    and case
      when category is null then preferences.email_enabled
      else coalesce((preferences.channels -> category ->> 'email')::boolean, true)
    end;
end;
$$;
comment on function private.turn_off_mail is
'Turns off the mails of a category for a person, or all of them if it is null. Those about security and invitations are
always sent (400).';
