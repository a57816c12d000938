create function private.broadcast_notification()
returns trigger
language plpgsql
security definer -- callers may not write to realtime.messages themselves
set search_path = ''
as $$
begin
  perform realtime.send(
    jsonb_build_object('notificationId', new.id, 'type', new.type, 'event', new.event, 'title', new.title),
    'NotificationCreated', 'user:' || new.user_id, true
  );
  return null;
end;
$$;
comment on function private.broadcast_notification is 'Sends a new notification to the topic of its person.';

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
