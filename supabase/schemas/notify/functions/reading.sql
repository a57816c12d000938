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
  person constant uuid := auth.uid();
  brands uuid [];
begin
  perform private.require_own_session();
  -- Once, and in the statement itself: so the index gives the page, however many notifications the person has.
  brands := private.brands_permitting('brand.read');
  with page as (
    select notification.* from public.notifications as notification
    where
      notification.user_id = person and notification.is_in_app
      and (notification.brand_id is null or notification.brand_id = any (brands))
      and (filters ->> 'id' is null or notification.id = (filters ->> 'id')::uuid)
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
declare
  person constant uuid := auth.uid();
  brands uuid [];
begin
  perform private.require_own_session();
  brands := private.brands_permitting('brand.read');
  return (
    with counted as (
      select notification.brand_id, count(*) as unread
      from public.notifications as notification
      where
        notification.user_id = person and notification.is_in_app
        and not notification.is_read and not notification.is_archived
        and (notification.brand_id is null or notification.brand_id = any (brands))
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

create function private.mark_own(marks jsonb, filters jsonb)
returns integer
language plpgsql
volatile
set search_path = ''
as $$
declare
  person constant uuid := auth.uid();
  brands constant uuid [] := private.brands_permitting('brand.read');
  ids constant uuid [] := array(select jsonb_array_elements_text(filters -> 'ids'));
  until constant timestamptz := private.read_instant(filters ->> 'until', 'until');
  marked integer;
begin
  with wanted as (
    select own.id from public.notifications as own
    where
      own.user_id = person and own.is_in_app and (own.brand_id is null or own.brand_id = any (brands))
      and (filters -> 'ids' is null or own.id = any (ids))
      and (filters ->> 'brand_id' is null or own.brand_id = (filters ->> 'brand_id')::uuid)
      and (filters ->> 'category' is null or own.category = filters ->> 'category')
      and (until is null or own.last_at <= until)
      and (
        own.is_read is distinct from coalesce((marks ->> 'is_read')::boolean, own.is_read)
        or own.is_archived is distinct from coalesce((marks ->> 'is_archived')::boolean, own.is_archived)
      )
    order by own.last_at desc, own.id desc
    limit 10000
  ),
  -- In the order of write_notices, so that neither waits for the other.
  locked as (
    select own.id from public.notifications as own
    where own.id in (select wanted.id from wanted)
    order by own.bundle_key, own.id
    for update
  ),
  marks_of as (
    select
      own.id, coalesce((marks ->> 'is_archived')::boolean, own.is_archived) as is_archived,
      coalesce((marks ->> 'is_read')::boolean, own.is_read) as is_read,
      -- Unread ones of one bundle are one row: a former one stays read.
      exists (
        select from public.notifications as newer
        where
          newer.user_id = own.user_id and newer.bundle_key = own.bundle_key and newer.id <> own.id
          and (newer.last_at, newer.id) > (own.last_at, own.id)
      ) as has_newer
    from public.notifications as own
    inner join locked on locked.id = own.id
  )
  update public.notifications as notification
  set
    is_read = marks_of.is_read or marks_of.is_archived or marks_of.has_newer, is_archived = marks_of.is_archived
  from marks_of
  where marks_of.id = notification.id;
  get diagnostics marked = row_count;
  return marked;
end;
$$;
comment on function private.mark_own is 'Marks notifications of the caller. As mark_notifications.';

create function public.mark_notifications(marks jsonb, filters jsonb default '{}')
returns jsonb
language plpgsql
volatile
security definer -- private is closed to callers
set search_path = ''
as $$
declare
  marked integer;
begin
  perform private.require_functions();
  perform private.require_own_session();
  for attempt in 1..3 loop
    begin
      marked := private.mark_own(marks, filters);
      exit;
    exception
      -- A newer one of a bundle came just now: it is seen the next time.
      when unique_violation then
        if attempt = 3 then
          perform private.refuse(409, 'there are newer notifications; try again');
        end if;
    end;
  end loop;
  return jsonb_build_object('marked', marked, 'unread', private.unread_count(auth.uid()));
end;
$$;
comment on function public.mark_notifications is
'Marks notifications of the caller as read or archived, or not: {marked, unread}. marks: {is_read, is_archived}; null
leaves one as it is; what is archived is read. filters: {ids, brand_id, category, until}; later ones than until stay as
they are. At most 10,000 at once, the latest.';
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
  told integer;
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
  elsif brand is not null and not private.is_platform_admin() then
    perform private.require_permission(brand, 'brand.read', 'brand');
  end if;
  told := private.notify(
    people, brand, 'system', 'notice', notification ->> 'title', coalesce(notification ->> 'message', ''),
    notification ->> 'action_url', coalesce(notification ->> 'type', 'info')
  );
  -- Whether somebody has muted the brand is theirs to know.
  return jsonb_build_object('told', (
    select count(distinct profiles.id) from public.profiles
    where
      profiles.id = any (people) and profiles.is_active
      and (brand is null or private.is_active_member(profiles.id, brand))
  ));
end;
$$;
comment on function public.send_notification is
'Notifies the caller; admins of the brand also its members, and platform admins everybody: {told}, how many of these
people it is for, whether or not they want it. notification:
{title, message, type, action_url, brand_id, user_ids}.';
grant execute on function public.send_notification to authenticated;
