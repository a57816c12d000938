create function private.broadcast_notifications()
returns trigger
language plpgsql
security definer -- callers may not write to realtime.messages themselves
set search_path = ''
as $$
declare
  -- A project that sends too many messages a second loses the channels of all its tenants.
  most_messages constant integer := 500;
begin
  if tg_op = 'INSERT' then
    insert into realtime.messages (id, payload, event, topic, private, extension)
    select
      made.id, jsonb_build_object(
        'notificationId', made.notification_id, 'type', made.type, 'event', made.event, 'title', made.title,
        'id', made.id
      ),
      'NotificationCreated', 'user:' || made.user_id, true, 'broadcast'
    from (
      select
        gen_random_uuid() as id, added.id as notification_id, added.user_id, added.type, added.event, added.title
      from added where added.is_in_app
      -- One statement may tell people of many brands: each has its share, and what is urgent comes first.
      order by row_number() over (
        partition by added.brand_id order by added.is_urgent desc, added.is_pushed desc, added.id
      )
      limit most_messages
    ) as made;
  else
    insert into realtime.messages (id, payload, event, topic, private, extension)
    select
      made.id, jsonb_build_object(
        'notificationId', made.notification_id, 'unreadCount', private.unread_count(made.user_id), 'id', made.id
      ),
      'NotificationUpdated', 'user:' || made.user_id, true, 'broadcast'
    from (
      select
        gen_random_uuid() as id, changed.user_id,
        case when count(*) = 1 then (array_agg(changed.id))[1] end as notification_id
      from changed where changed.is_in_app
      group by changed.user_id
      order by row_number() over (partition by min(changed.brand_id::text) order by changed.user_id)
      limit most_messages
    ) as made;
  end if;
  return null;
exception
  -- As realtime.send does: a message that cannot be stored is lost, and ends no command.
  when others then
    raise warning 'notifications were not sent: %', sqlerrm;
    return null;
end;
$$;
comment on function private.broadcast_notifications is
'Sends new notifications to the topics of their people, and those who have changed ones how many are unread: at most 500
messages a statement, shared between its brands. The others see it when they next ask.';

create function private.unread_count(person uuid)
returns integer
language sql
stable
set search_path = ''
as $$
  select count(*)::integer from (
    select from public.notifications
    where
      notifications.user_id = unread_count.person and notifications.is_in_app and not notifications.is_read
      and not notifications.is_archived
      and (
        notifications.brand_id is null
        or notifications.brand_id in (
          select member.brand_id from public.brand_members as member
          where
            member.user_id = unread_count.person and (member.expires_at is null or member.expires_at > now())
            and not 'brand.read' = any (member.restrictions)
        )
      )
    limit 1000
  ) as unread;
$$;
comment on function private.unread_count is 'Returns how many notifications a person has not read, at most 1,000.';

create function private.stamp_preferences()
returns trigger
language plpgsql
set search_path = ''
as $$
begin
  if tg_op = 'INSERT' then
    new.version := 1;
    new.created_at := now();
  else
    new.user_id := old.user_id;
    new.version := old.version + 1;
    new.created_at := old.created_at;
  end if;
  new.updated_at := now();
  return new;
end;
$$;
comment on function private.stamp_preferences is
'Writes times and version, whatever the client sent; keeps the person.';
