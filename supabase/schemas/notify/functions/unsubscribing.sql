create function private.turn_off_mail(user_id uuid, category text)
returns void
language plpgsql
volatile
set search_path = ''
as $$
#variable_conflict use_column
begin
  insert into public.notification_preferences (user_id) values (turn_off_mail.user_id)
  on conflict (user_id) do nothing;
  update public.notification_preferences
  set
    content_updates = content_updates and turn_off_mail.category <> 'content',
    new_comments = new_comments and turn_off_mail.category <> 'comments',
    task_reminders = task_reminders and turn_off_mail.category <> 'tasks',
    email_enabled = email_enabled and turn_off_mail.category in ('content', 'comments', 'tasks')
  where notification_preferences.user_id = turn_off_mail.user_id;
end;
$$;
comment on function private.turn_off_mail is
'Turns mails of a category off for a person; all of them for a category without a preference of its own.';

create function public.unsubscribe_mail(person uuid, category text)
returns boolean
language plpgsql
volatile
security definer -- the reader of a mail has no session; the token of the link is verified before
set search_path = ''
as $$
begin
  perform private.require_functions();
  if not exists (select from public.profiles where profiles.id = person) then
    return false;
  end if;
  perform private.turn_off_mail(person, unsubscribe_mail.category);
  return true;
end;
$$;
comment on function public.unsubscribe_mail is
'For our functions, after they verified the token of a link to unsubscribe: turns mails of a category off for a person.
Returns whether there is such a person.';
grant execute on function public.unsubscribe_mail to anon, service_role;
