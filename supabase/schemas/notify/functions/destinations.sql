create function private.own_destination(destination_id uuid)
returns private.notification_destinations
language plpgsql
stable
security definer -- private is closed to callers
set search_path = ''
as $$
declare
  destination private.notification_destinations;
begin
  select kept.* into destination from private.notification_destinations as kept
  where kept.id = own_destination.destination_id;
  if destination.brand_id is not null and private.permits(destination.brand_id, 'brand.read') then
    perform private.require_permission(destination.brand_id, 'integration.manage', 'destination');
  elsif destination.user_id is distinct from auth.uid() or destination.id is null then
    perform private.refuse(404, 'destination not found');
  end if;
  return destination;
end;
$$;
comment on function private.own_destination is
'Returns a destination of the caller, or of a brand in which they have integration.manage. Else 404; 403 to members.';

create function private.destination_document(destination private.notification_destinations)
returns jsonb
language sql
stable
set search_path = ''
as $$
  select jsonb_build_object(
    'id', destination.id, 'brand_id', destination.brand_id, 'kind', destination.kind, 'name', destination.name,
    'categories', destination.categories, 'host', destination.host, 'is_enabled', destination.is_enabled,
    'disabled_reason', destination.disabled_reason, 'created_at', destination.created_at
  );
$$;
comment on function private.destination_document is 'Returns a destination as answers have it: without its URL.';

create function private.tell_of_destination(
  destination private.notification_destinations, event text, title text
)
returns integer
language sql
volatile
set search_path = ''
as $$
  select private.notify(
    array(select private.admins_of(destination.brand_id)), destination.brand_id, 'system', tell_of_destination.event,
    format(tell_of_destination.title, destination.name), destination.host, '/?brand=' || destination.brand_id, 'info',
    '{}', 'integration.manage', auth.uid()
  )
  where destination.brand_id is not null;
$$;
comment on function private.tell_of_destination is
'Tells the other admins of a brand that its notifications go somewhere else, or no more.';

create function public.list_destinations(brand_id uuid default null)
returns jsonb
language plpgsql
stable
security definer -- private is closed to callers
set search_path = ''
as $$
begin
  perform private.require_own_session();
  if list_destinations.brand_id is not null then
    perform private.require_permission(list_destinations.brand_id, 'integration.manage', 'brand');
  end if;
  return (
    select jsonb_build_object(
      'items', coalesce(jsonb_agg(private.destination_document(kept) order by kept.id), '[]'), 'total', count(*)
    )
    from private.notification_destinations as kept
    where case
      when list_destinations.brand_id is null then kept.user_id = auth.uid()
      else kept.brand_id = list_destinations.brand_id
    end
  );
end;
$$;
comment on function public.list_destinations is
'Lists the destinations of the caller, or of a brand, which requires integration.manage: {items, total}, without URLs.';
grant execute on function public.list_destinations to authenticated;

create function public.add_destination(destination jsonb)
returns jsonb
language plpgsql
volatile
security definer -- private is closed to callers
set search_path = ''
as $$
declare
  brand constant uuid := (destination ->> 'brand_id')::uuid;
  added private.notification_destinations;
begin
  perform private.require_functions();
  perform private.require_own_session();
  if brand is not null then
    perform private.require_permission(brand, 'integration.manage', 'brand');
  end if;
  -- Two at a time must not pass the limit together.
  perform pg_advisory_xact_lock(hashtextextended('destinations:' || coalesce(brand, auth.uid()), 0));
  if (
    select count(*) from private.notification_destinations as kept
    where case when brand is null then kept.user_id = auth.uid() else kept.brand_id = brand end
  ) >= 10 then
    perform private.refuse(409, 'there are ten destinations already');
  end if;
  insert into private.notification_destinations as kept (
    id, user_id, brand_id, kind, name, categories, url, secret, host, created_by
  )
  values (
    (destination ->> 'id')::uuid, case when brand is null then auth.uid() end, brand, destination ->> 'kind',
    destination ->> 'name', array(select jsonb_array_elements_text(destination -> 'categories')),
    destination ->> 'url', destination ->> 'secret', destination ->> 'host', auth.uid()
  )
  returning kept.* into added;
  perform private.tell_of_destination(added, 'destination_added', 'Notifications of the brand go to “%s” as well now');
  return private.destination_document(added);
end;
$$;
comment on function public.add_destination is
'Adds a destination of the caller, or of a brand, which requires integration.manage; at most ten of each (409).
destination: {id, brand_id, kind, name, categories, url, secret, host}; URL and secret are encrypted.';
grant execute on function public.add_destination to authenticated;

create function public.change_destination(destination_id uuid, changes jsonb)
returns jsonb
language plpgsql
volatile
security definer -- private is closed to callers
set search_path = ''
as $$
declare
  changed private.notification_destinations;
begin
  perform private.require_functions();
  perform private.require_own_session();
  changed := private.own_destination(destination_id);
  update private.notification_destinations as kept
  set
    name = coalesce(changes ->> 'name', kept.name),
    categories = case
      when changes ? 'categories' then array(select jsonb_array_elements_text(changes -> 'categories'))
      else kept.categories
    end,
    is_enabled = coalesce((changes ->> 'is_enabled')::boolean, kept.is_enabled),
    disabled_reason = case
      when coalesce((changes ->> 'is_enabled')::boolean, kept.is_enabled) then null else kept.disabled_reason
    end,
    updated_at = now()
  where kept.id = changed.id
  returning kept.* into changed;
  return private.destination_document(changed);
end;
$$;
comment on function public.change_destination is
'Changes a destination: {name, categories, is_enabled}. As add_destination.';
grant execute on function public.change_destination to authenticated;

create function public.remove_destination(destination_id uuid)
returns void
language plpgsql
volatile
security definer -- private is closed to callers
set search_path = ''
as $$
declare
  removed private.notification_destinations;
begin
  perform private.require_functions();
  perform private.require_own_session();
  removed := private.own_destination(destination_id);
  delete from private.notification_destinations as kept where kept.id = removed.id;
  perform private.tell_of_destination(removed, 'destination_removed', 'Notifications of the brand go to “%s” no more');
end;
$$;
comment on function public.remove_destination is 'Removes a destination. As add_destination.';
grant execute on function public.remove_destination to authenticated;

create function public.test_destination(destination_id uuid)
returns uuid
language plpgsql
volatile
security definer -- private is closed to callers
set search_path = ''
as $$
declare
  tested private.notification_destinations;
begin
  perform private.require_functions();
  perform private.require_own_session();
  tested := private.own_destination(destination_id);
  if not tested.is_enabled then
    perform private.refuse(409, 'the destination is switched off');
  end if;
  return private.enqueue_job(
    'notification_chat', 'test', tested.brand_id, jsonb_build_object(
      'destinationId', tested.id, 'title', 'A test of MixerAI', 'message', 'Notifications arrive here.', 'url', null,
      'type', 'info', 'event', 'test', 'brandId', tested.brand_id, 'at', now()
    ),
    now(), 'test:' || tested.id
  );
end;
$$;
comment on function public.test_destination is
'Queues a test message to a destination, and returns its job; null where one waits already. As add_destination.';
grant execute on function public.test_destination to authenticated;
