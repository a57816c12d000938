create function private.spend_backup_code(person uuid, code_hashes jsonb)
returns void
language plpgsql
volatile
set search_path = ''
as $$
begin
  update private.mfa_backup_codes set used_at = now()
  where
    mfa_backup_codes.user_id = person and mfa_backup_codes.used_at is null
    and mfa_backup_codes.code_hash = any (array(select jsonb_array_elements_text(code_hashes)));
  if not found then
    perform private.refuse(401, 'the code is wrong', '[{"code": "MFA_REQUIRED", "message": "the code is wrong"}]');
  end if;
end;
$$;
comment on function private.spend_backup_code is
'Marks the unused backup code with one of these hashes as used; 401 where there is none.';

create function private.replace_backup_codes(person uuid, hashes jsonb)
returns void
language sql
volatile
security definer -- backup codes are written by functions only
set search_path = ''
as $$
  delete from private.mfa_backup_codes where mfa_backup_codes.user_id = person;
  insert into private.mfa_backup_codes (user_id, code_hash)
  select person, code.hash from jsonb_array_elements_text(hashes) as code (hash);
$$;

create function public.renew_backup_codes(user_id uuid, session_id uuid, code_hashes jsonb)
returns void
language plpgsql
volatile
security definer -- backup codes are written by functions only
set search_path = ''
as $$
begin
  perform private.require_session(renew_backup_codes.user_id, renew_backup_codes.session_id, true);
  if not private.has_second_factor(renew_backup_codes.user_id) then
    perform private.refuse(409, 'enroll a second factor first');
  end if;
  perform private.replace_backup_codes(renew_backup_codes.user_id, renew_backup_codes.code_hashes);
  perform private.audit_person(renew_backup_codes.user_id, renew_backup_codes.session_id, 'auth.backup_codes_renewed');
end;
$$;
comment on function public.renew_backup_codes is
'For the service: replaces the backup codes of a person; the old ones stop working.';
grant execute on function public.renew_backup_codes to service_role;
