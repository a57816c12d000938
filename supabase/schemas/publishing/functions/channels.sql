create function private.channel_answer(channel public.channels)
returns jsonb
language plpgsql
stable
set search_path = ''
as $$
begin
  return to_jsonb(channel) - '{credentials, created_by, updated_by, checked_at, is_usable, check_message}'::text []
    || jsonb_build_object(
      'is_built_in', false,
      'last_check', case when channel.checked_at is not null then jsonb_build_object(
        'at', channel.checked_at, 'is_usable', channel.is_usable, 'message', coalesce(channel.check_message, '')
      ) end,
      'published', (
        select count(*) from public.channel_publications as publication
        where publication.channel_id = channel.id and publication.status = 'published'
      )
    );
end;
$$;
comment on function private.channel_answer is 'Returns a channel as the API shows it, without its credentials.';

create function private.delivery_channel(brand uuid)
returns jsonb
language plpgsql
stable
set search_path = ''
as $$
declare
  found public.brands;
  delivering constant text := (
    select settings.mode from private.delivery_settings as settings where settings.brand_id = brand
  );
begin
  select * into found from public.brands where brands.id = brand;
  return jsonb_build_object(
    'id', found.id, 'brand_id', found.id, 'kind', 'delivery', 'name', 'Delivery', 'is_built_in', true,
    'settings', jsonb_build_object('mode', coalesce(delivering, 'public')), 'field_mapping', '{}'::jsonb,
    'content_types', '[]'::jsonb, 'is_required', true, 'is_active', coalesce(delivering, 'public') <> 'off',
    'version', 1, 'created_at', found.created_at, 'updated_at', found.created_at, 'published', (
      select count(*) from public.contents
      where contents.brand_id = found.id and contents.status = 'published' and contents.deleted_at is null
    )
  );
end;
$$;
comment on function private.delivery_channel is
'Returns our own API and edge as a channel of a brand. It has the id of the brand, and is set up by set_delivery.';

create function private.require_channel(channel_id uuid)
returns public.channels
language plpgsql
stable
security definer -- nobody may read credentials by themselves
set search_path = ''
as $$
declare
  channel public.channels;
begin
  select * into channel from public.channels where channels.id = require_channel.channel_id;
  if channel.id is null then
    perform private.refuse(404, 'channel not found');
  end if;
  perform private.require_permission(channel.brand_id, 'integration.manage', 'channel');
  return channel;
end;
$$;
comment on function private.require_channel is
'Returns a channel to those who manage the integrations of its brand: 403 for its other members, 404 for strangers.';

create function public.create_channel(channel_id uuid, brand_id uuid, details jsonb, credentials text)
returns jsonb
language plpgsql
volatile
security definer -- credentials are written by functions only
set search_path = ''
as $$
#variable_conflict use_variable
declare
  made public.channels;
begin
  perform private.require_functions();
  perform private.require_permission(brand_id, 'integration.manage');
  -- One after another for each brand, so that two at once stay within the number.
  perform pg_advisory_xact_lock(hashtextextended('channels ' || brand_id, 0));
  if (select count(*) from public.channels as present where present.brand_id = create_channel.brand_id) >= 50 then
    perform private.refuse(409, 'a brand has at most 50 channels');
  end if;
  insert into public.channels as new_channel (
    id, brand_id, kind, name, settings, credentials, field_mapping, content_types, is_required, is_active
  )
  values (
    channel_id, brand_id, details ->> 'kind', details ->> 'name', private.as_object(details -> 'settings'), credentials,
    coalesce(private.as_object(details -> 'field_mapping'), '{}'),
    array(select jsonb_array_elements_text(coalesce(private.as_array(details -> 'content_types'), '[]'))),
    coalesce((details ->> 'is_required')::boolean, true), coalesce((details ->> 'is_active')::boolean, true)
  )
  returning new_channel.* into made;
  return private.channel_answer(made);
end;
$$;
comment on function public.create_channel is
'Creates a channel of a brand with its encrypted credentials. Requires integration.manage.';
grant execute on function public.create_channel to authenticated, service_role;

create function private.require_target(channel public.channels, settings jsonb, has_credentials boolean)
returns void
language plpgsql
stable
set search_path = ''
as $$
declare
  standing bigint;
begin
  if not has_credentials and exists (
    select from unnest('{url, siteUrl, apiUrl, shopUrl, endpointUrl}'::text []) as address
    where channel.settings ->> address is distinct from require_target.settings ->> address
  ) then
    perform private.refuse(400, 'the credentials are needed for another address', jsonb_build_array(
      jsonb_build_object(
        'field', 'credentials', 'code', 'REQUIRED_FIELD_MISSING', 'message', 'is required with another address'
      )
    ));
  end if;
  if
    private.channel_target(channel.kind, channel.settings)
    is not distinct from private.channel_target(channel.kind, require_target.settings)
  then
    return;
  end if;
  select count(*) into standing from public.channel_publications as publication
  where publication.channel_id = channel.id and publication.is_standing;
  if standing > 0 then
    perform private.refuse(409, 'the present target has contents of the channel', jsonb_build_array(
      jsonb_build_object('field', 'settings', 'code', 'CONFLICT', 'message', format(
        '%s contents may be at the present target: archive them first, or create another channel', standing
      ))
    ));
  end if;
end;
$$;
comment on function private.require_target is
'Refuses settings with another address without new credentials, and another target while contents may be at the present
one, from which they could not be withdrawn any more.';

create function public.update_channel(
  channel_id uuid, expected_version integer, changes jsonb, credentials text default null
)
returns jsonb
language plpgsql
volatile
security definer -- credentials are written by functions only
set search_path = ''
as $$
#variable_conflict use_variable
declare
  present public.channels;
  wished public.channels;
begin
  perform private.require_functions();
  present := private.require_channel(channel_id);
  select channels.* into present from public.channels where channels.id = present.id for update;
  perform private.require_version(present.version, expected_version, 'channel');
  wished := jsonb_populate_record(present, (
    select coalesce(jsonb_object_agg(entry.key, entry.value), '{}') from jsonb_each(private.as_object(changes)) as entry
    where entry.key in ('name', 'settings', 'field_mapping', 'content_types', 'is_required', 'is_active')
  ));
  perform private.require_target(present, wished.settings, credentials is not null);
  update public.channels
  set
    name = wished.name, settings = wished.settings, field_mapping = wished.field_mapping,
    content_types = wished.content_types, is_required = wished.is_required, is_active = wished.is_active,
    credentials = coalesce(update_channel.credentials, channels.credentials),
    credentials_set_at = case
      when update_channel.credentials is null then channels.credentials_set_at else now()
    end
  where channels.id = present.id
  returning channels.* into wished;
  return private.channel_answer(wished);
end;
$$;
comment on function public.update_channel is
'Changes the given values of a channel, and its credentials where new ones are given. Another address needs new
credentials, and another target that no content is at the present one. Requires integration.manage.';
grant execute on function public.update_channel to authenticated, service_role;

create function public.delete_channel(channel_id uuid, leave_published boolean default false)
returns void
language plpgsql
volatile
security definer -- see create_channel
set search_path = ''
as $$
declare
  present public.channels;
  published bigint;
begin
  perform private.require_functions();
  present := private.require_channel(delete_channel.channel_id);
  select channels.* into present from public.channels where channels.id = present.id for update;
  select count(*) into published from public.channel_publications as publication
  where publication.channel_id = present.id and publication.is_standing;
  if published > 0 and not coalesce(leave_published, false) then
    perform private.refuse(409, 'the channel has contents that are published there', jsonb_build_array(
      jsonb_build_object('field', 'leavePublished', 'code', 'CONFLICT', 'message', format(
        '%s contents may be there: archive them, or leave them there with leavePublished=true', published
      ))
    ));
  end if;
  delete from public.channels where channels.id = present.id;
end;
$$;
comment on function public.delete_channel is
'Deletes a channel. Refused while contents are published there, unless they shall stay at the target as they are.';
grant execute on function public.delete_channel to authenticated, service_role;

create function public.record_channel_check(channel_id uuid, outcome jsonb)
returns jsonb
language plpgsql
volatile
security definer -- see create_channel
set search_path = ''
as $$
declare
  present public.channels;
begin
  perform private.require_functions();
  present := private.require_channel(record_channel_check.channel_id);
  update public.channels
  set
    checked_at = now(), is_usable = coalesce((outcome ->> 'is_usable')::boolean, false),
    check_message = left(outcome ->> 'message', 1000)
  where channels.id = present.id
  returning channels.* into present;
  return private.channel_answer(present);
end;
$$;
comment on function public.record_channel_check is
'Notes how the check of a connection ended, {is_usable, message}. It changes no version. Requires integration.manage.';
grant execute on function public.record_channel_check to authenticated, service_role;
