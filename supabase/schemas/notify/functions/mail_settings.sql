create function private.describe_mail_settings(brand uuid)
returns jsonb
language sql
stable
set search_path = ''
as $$
  select jsonb_build_object(
    'brand_id', brands.id, 'sender_name', settings.sender_name, 'reply_to', settings.reply_to,
    'language', settings.language, 'tracks', coalesce(settings.tracks, false),
    'version', coalesce(settings.version, 0), 'updated_at', settings.updated_at
  )
  from public.brands
  left join private.mail_settings as settings on settings.brand_id = brands.id
  where brands.id = brand;
$$;
comment on function private.describe_mail_settings is
'Describes how mails of a brand are addressed; version 0 before the first change.';

create function public.read_mail_settings(brand_id uuid)
returns jsonb
language plpgsql
stable
security definer -- private is closed to all, and the caller is checked here
set search_path = ''
as $$
begin
  perform private.require_permission(read_mail_settings.brand_id, 'brand.update');
  return private.describe_mail_settings(read_mail_settings.brand_id);
end;
$$;
comment on function public.read_mail_settings is 'Returns how mails of a brand are addressed, to admins of the brand.';
grant execute on function public.read_mail_settings to authenticated;

create function public.set_mail_settings(brand_id uuid, settings jsonb, expected_version integer)
returns jsonb
language plpgsql
volatile
security definer -- private is closed to all, and the caller is checked here
set search_path = ''
as $$
#variable_conflict use_column
declare
  known integer;
begin
  perform private.require_functions();
  perform private.require_permission(set_mail_settings.brand_id, 'brand.update');
  perform from public.brands where brands.id = set_mail_settings.brand_id for update;
  select mail_settings.version into known
  from private.mail_settings where mail_settings.brand_id = set_mail_settings.brand_id;
  perform private.require_version(coalesce(known, 0), set_mail_settings.expected_version, 'mail setting');
  insert into private.mail_settings (brand_id, sender_name, reply_to, language, tracks, updated_by)
  values (
    set_mail_settings.brand_id, settings ->> 'sender_name', settings ->> 'reply_to', settings ->> 'language',
    coalesce((settings ->> 'tracks')::boolean, false), auth.uid()
  )
  on conflict (brand_id) do update
    set
      sender_name = excluded.sender_name, reply_to = excluded.reply_to, language = excluded.language,
      tracks = excluded.tracks, version = mail_settings.version + 1, updated_by = excluded.updated_by,
      updated_at = now();
  perform private.audit(
    set_mail_settings.brand_id, 'brand.mail_settings_changed', 'brand', set_mail_settings.brand_id
  );
  return private.describe_mail_settings(set_mail_settings.brand_id);
end;
$$;
comment on function public.set_mail_settings is
'Replaces how mails of a brand are addressed and returns it, for admins of the brand. Refuses with 412 where the version
is not the one that the caller read.';
grant execute on function public.set_mail_settings to authenticated;
