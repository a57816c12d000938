create function private.tell_of_own_security()
returns trigger
language plpgsql
security definer -- nobody may write the notifications of others
set search_path = ''
as $$
begin
  -- Of passwords and addresses mails are sent already, with the change itself.
  perform private.write_notices(array[row(
    private.uuid_v7(), new.resource_id, null, null, null, 'security', 'warning', 'security_alert',
    case new.action
      when 'auth.password_change' then 'Your password was changed'
      when 'auth.password_reset' then 'Your password was reset'
      when 'auth.email_change' then 'Your e-mail address was changed'
      when 'auth.mfa_disabled' then 'A second factor of yours was removed'
      when 'auth.backup_codes_renewed' then 'You have new backup codes'
      else 'A session of yours was ended: somebody used a copy of it'
    end,
    'If it was not you, change your password and end your other sessions.', null, null, null, null, null, 0, false,
    new.action in ('auth.mfa_disabled', 'auth.refresh_reused'), false,
    jsonb_build_object('kind', split_part(new.action, '.', 2))
  )::private.notice]);
  return null;
exception
  -- The change itself is worth more than its notice.
  when others then
    raise warning 'a person was not told of a change of their account: %', sqlerrm;
    return null;
end;
$$;
comment on function private.tell_of_own_security is
'Tells a person of a change of their own account, which cannot be muted.';
