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
