create function private.require_own_session()
returns void
language plpgsql
stable
set search_path = ''
as $$
begin
  if not private.person_trusted() then
    perform private.refuse(401, 'this session is not trusted', '[{"code": "MFA_REQUIRED", "message": "sign in"}]');
  end if;
end;
$$;
comment on function private.require_own_session is
'Refuses with 401 API keys, and sessions that have ended or have not passed the second factor.';
grant execute on function private.require_own_session to authenticated, service_role;

create function private.own_notifications()
returns setof public.notifications
language sql
stable
security definer -- the policies would be checked for each row; the caller is checked once
set search_path = ''
as $$
  select notification.* from public.notifications as notification
  where
    notification.user_id = auth.uid() and notification.is_in_app
    and (
      notification.brand_id is null
      or notification.brand_id = any((select private.brands_permitting('brand.read'))::uuid [])
    );
$$;
comment on function private.own_notifications is
'Returns the notifications of the caller: of their brands, as they are members now, and those of no brand.';

create function public.list_notifications(
  filters jsonb default '{}', cursor_at timestamptz default null, cursor_id uuid default null,
  page_size integer default 20
)
returns jsonb
language plpgsql
stable
security definer -- private is closed to callers
set search_path = ''
as $$
declare
  answer jsonb;
begin
  perform private.require_own_session();
  with page as (
    select notification.* from private.own_notifications() as notification
    where
      (filters ->> 'id' is null or notification.id = (filters ->> 'id')::uuid)
      and (filters ->> 'is_read' is null or notification.is_read = (filters ->> 'is_read')::boolean)
      and (filters ->> 'is_archived' is null or notification.is_archived = (filters ->> 'is_archived')::boolean)
      and (filters ->> 'brand_id' is null or notification.brand_id = (filters ->> 'brand_id')::uuid)
      and (filters ->> 'category' is null or notification.category = filters ->> 'category')
      and (cursor_at is null or (notification.last_at, notification.id) < (cursor_at, cursor_id))
    order by notification.last_at desc, notification.id desc
    limit least(greatest(page_size, 1), 101)
  )
  select jsonb_build_object(
    'items', coalesce(jsonb_agg(jsonb_build_object(
      'id', page.id, 'brand_id', page.brand_id, 'category', page.category, 'type', page.type, 'event', page.event,
      'title', page.title, 'message', page.message, 'action_label', page.action_label, 'action_url', page.action_url,
      'content_id', page.content_id, 'actor', private.person_document(page.actor_id, page.brand_id),
      'count', page.bundle_count, 'is_read', page.is_read, 'is_archived', page.is_archived,
      'created_at', page.created_at, 'last_at', page.last_at
    ) order by page.last_at desc, page.id desc), '[]'),
    'total', null
  )
  into answer from page;
  return answer;
end;
$$;
comment on function public.list_notifications is
'Lists the notifications of the caller, the latest first, behind the one at the cursor: {items, total: null}, at most
101. filters: {id, is_read, is_archived, brand_id, category}.';
grant execute on function public.list_notifications to authenticated;

create function public.read_notification_counts()
returns jsonb
language plpgsql
stable
security definer -- private is closed to callers
set search_path = ''
as $$
begin
  perform private.require_own_session();
  return (
    with counted as (
      select notification.brand_id, count(*) as unread
      from private.own_notifications() as notification
      where not notification.is_read and not notification.is_archived
      group by notification.brand_id
    )
    select jsonb_build_object(
      'unread', coalesce(sum(counted.unread), 0),
      'by_brand', coalesce(
        jsonb_agg(
          jsonb_build_object('brand_id', counted.brand_id, 'unread', counted.unread)
          order by counted.unread desc, counted.brand_id
        ) filter (where counted.brand_id is not null),
        '[]'
      )
    )
    from counted
  );
end;
$$;
comment on function public.read_notification_counts is
'Counts the unread notifications of the caller: {unread, by_brand: [{brand_id, unread}]}. Those of no brand count too.';
grant execute on function public.read_notification_counts to authenticated;

create function public.mark_notifications(marks jsonb, filters jsonb default '{}')
returns jsonb
language plpgsql
volatile
security definer -- private is closed to callers
set search_path = ''
as $$
declare
  ids uuid [];
  marked integer;
begin
  perform private.require_functions();
  perform private.require_own_session();
  ids := array(select jsonb_array_elements_text(filters -> 'ids'));
  -- Unread ones of one bundle are one row: a former one stays read while a newer one is unread.
  update public.notifications as notification
  set
    is_read = case
      when (marks ->> 'is_read')::boolean is false and exists (
        select from public.notifications as newer
        where
          newer.user_id = notification.user_id and newer.bundle_key = notification.bundle_key
          and newer.id <> notification.id and (newer.last_at, newer.id) > (notification.last_at, notification.id)
      ) then notification.is_read
      else coalesce((marks ->> 'is_read')::boolean, notification.is_read)
    end,
    is_archived = coalesce((marks ->> 'is_archived')::boolean, notification.is_archived)
  from (
    select own.id from private.own_notifications() as own
    where
      (filters -> 'ids' is null or own.id = any (ids))
      and (filters ->> 'brand_id' is null or own.brand_id = (filters ->> 'brand_id')::uuid)
      and (filters ->> 'category' is null or own.category = filters ->> 'category')
      and (filters ->> 'until' is null or own.last_at <= (filters ->> 'until')::timestamptz)
      and (
        own.is_read is distinct from coalesce((marks ->> 'is_read')::boolean, own.is_read)
        or own.is_archived is distinct from coalesce((marks ->> 'is_archived')::boolean, own.is_archived)
      )
    order by own.last_at desc, own.id desc
    limit 10000
  ) as wanted
  where wanted.id = notification.id;
  get diagnostics marked = row_count;
  return jsonb_build_object('marked', marked, 'unread', private.unread_count(auth.uid()));
end;
$$;
comment on function public.mark_notifications is
'Marks notifications of the caller as read or archived, or not: {marked, unread}. marks: {is_read, is_archived}; null
leaves one as it is. filters: {ids, brand_id, category, until}; later ones than until stay as they are. At most 10,000 at
once, the latest.';
grant execute on function public.mark_notifications to authenticated;

create function public.send_notification(notification jsonb)
returns jsonb
language plpgsql
volatile
security definer -- nobody may write the notifications of others
set search_path = ''
as $$
declare
  people uuid [];
  brand constant uuid := (notification ->> 'brand_id')::uuid;
  is_own boolean;
begin
  perform private.require_functions();
  perform private.require_own_session();
  people := array(select jsonb_array_elements_text(notification -> 'user_ids'));
  if cardinality(people) = 0 then
    people := array[auth.uid()];
  end if;
  is_own := people = array[auth.uid()];
  if not is_own and not private.is_platform_admin() then
    if brand is null then
      perform private.refuse(403, 'people may only notify themselves');
    end if;
    perform private.require_permission(brand, 'member.manage', 'brand');
  end if;
  return jsonb_build_object('told', private.notify(
    people, brand, 'system', 'notice', notification ->> 'title', coalesce(notification ->> 'message', ''),
    notification ->> 'action_url', coalesce(notification ->> 'type', 'info')
  ));
end;
$$;
comment on function public.send_notification is
'Notifies the caller; admins of the brand also its members, and platform admins everybody: {told}. notification:
{title, message, type, action_url, brand_id, user_ids}.';
grant execute on function public.send_notification to authenticated;
