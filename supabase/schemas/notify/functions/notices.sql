create function private.wants(
  preferences public.notification_preferences, category text, channel text, brand uuid default null
)
returns boolean
language plpgsql
immutable
set search_path = ''
as $$
declare
  is_wanted boolean := coalesce((preferences.channels -> wants.category ->> wants.channel)::boolean, true);
begin
  if wants.category in ('security', 'invitations') then
    return true;
  end if;
  return is_wanted and case wants.category
    when 'content' then coalesce(preferences.content_updates, true)
    when 'comments' then coalesce(preferences.new_comments, true)
    when 'marketing' then coalesce(preferences.marketing, false)
    else true
  end and (wants.channel <> 'email' or coalesce(preferences.email_enabled, true));
end;
$$;
comment on function private.wants is
'Whether a person wants a category of notifications on a channel: by default all but marketing. Security and invitations
cannot be muted. preferences: null for somebody who never chose.';

create function private.has_muted(preferences public.notification_preferences, brand uuid)
returns boolean
language plpgsql
stable
set search_path = ''
as $$
begin
  return coalesce(jsonb_array_length(preferences.muted_brands), 0) > 0 and exists (
    select from jsonb_array_elements(preferences.muted_brands) as muted
    where
      muted.value ->> 'brand_id' = has_muted.brand::text
      and coalesce(private.as_instant(muted.value ->> 'until'), 'infinity') > now()
  );
end;
$$;
comment on function private.has_muted is 'Whether a person has muted a brand, for now or for good.';

create function private.reached(notices private.notice[])
returns setof private.notice
language sql
stable
security definer -- reads memberships and preferences of other people
set search_path = ''
as $$
  select distinct on (notice.source_id, notice.user_id) notice.*
  from unnest(reached.notices) as notice
  inner join public.profiles on profiles.id = notice.user_id and profiles.is_active
  left join public.notification_preferences as preferences on preferences.user_id = notice.user_id
  where
    notice.user_id is distinct from notice.actor_id
    and (
      notice.brand_id is null or exists (
        select from public.brand_members as member
        inner join public.brands on brands.id = member.brand_id and brands.deleted_at is null
        where
          member.brand_id = notice.brand_id and member.user_id = notice.user_id
          and (member.expires_at is null or member.expires_at > now())
          and not member.restrictions && array['brand.read', notice.permission]
          and notice.permission = any (private.permissions_of(member.role) || member.permissions)
      )
    )
    and (
      notice.category in ('security', 'invitations')
      or not private.has_muted(preferences, notice.brand_id)
      and (
        -- Most people never chose, and thousands may watch.
        preferences.user_id is null and notice.category <> 'marketing'
        or exists (
          select from unnest(array['in_app', 'email', 'slack', 'teams', 'webhook']) as channel
          where private.wants(preferences, notice.category, channel)
        )
      )
    )
  order by notice.source_id, notice.user_id, notice.rank;
$$;
comment on function private.reached is
'Returns the notices that reach somebody: of several about one source the first by rank; for active people who may read
it in the brand as it is now, who did not do it themselves, and who have not muted it everywhere.';

create function private.bundled(count integer, noun text, subject text, title text)
returns text
language sql
immutable
parallel safe
set search_path = ''
as $$
  select private.cut_text(case
    when bundled.count > 1 and bundled.noun is not null
      then format('%s %s “%s”', bundled.count, bundled.noun, private.cut_text(bundled.subject, 200))
    else bundled.title
  end, 256);
$$;
comment on function private.bundled is 'Returns the title of several notifications in one, or of a single one.';

create function private.action_label(event text)
returns text
language sql
immutable
parallel safe
set search_path = ''
as $$
  select case
    when action_label.event in ('task_assigned', 'sla_warning', 'sla_breach', 'claim_review', 'claim_evidence')
      then 'Review'
    when action_label.event in ('mention', 'reply', 'comment') then 'Read'
    when action_label.event = 'brand_invitation' then 'Answer'
    else 'Open'
  end;
$$;
comment on function private.action_label is 'Returns the label of the link of a notification.';

create function private.write_notices(notices private.notice[])
returns integer
language plpgsql
volatile
security definer -- nobody may write the notifications of others
set search_path = ''
as $$
declare
  fresh private.notice[];
  written uuid[];
begin
  perform private.push_to_brands(notices);
  fresh := array(select reached from private.reached(notices) as reached);
  with told as (
    insert into private.told_people (source_id, recipient_id)
    select notice.source_id, notice.user_id from unnest(fresh) as notice
    order by notice.source_id, notice.user_id
    on conflict do nothing
    returning told_people.source_id, told_people.recipient_id
  )
  select array_agg(notice) into fresh
  from unnest(fresh) as notice
  inner join told on told.source_id = notice.source_id and told.recipient_id = notice.user_id;
  if fresh is null then
    return 0;
  end if;
  with latest as (
    select
      notice.*, preferences, private.wants(preferences, notice.category, 'in_app') as is_in_app,
      count(*) over bundle as times, row_number() over (bundle order by notice.source_id desc) as place
    from unnest(fresh) as notice
    left join public.notification_preferences as preferences on preferences.user_id = notice.user_id
    window bundle as (partition by notice.user_id, coalesce(notice.bundle_key, notice.source_id::text))
  ),
  added as (
    insert into public.notifications as known (
      user_id, brand_id, category, type, event, title, message, action_label, action_url, content_id, actor_id, metadata,
      bundle_key, bundle_noun, subject, bundle_count, is_in_app, is_mailed, is_pushed, is_urgent, last_at
    )
    select
      latest.user_id, latest.brand_id, latest.category, latest.type, latest.event,
      private.bundled(latest.times::integer, latest.bundle_noun, latest.subject, latest.title),
      private.cut_text(coalesce(latest.message, ''), 2000),
      case when latest.action_url is not null then private.action_label(latest.event) end,
      latest.action_url, latest.content_id, latest.actor_id, coalesce(latest.metadata, '{}'),
      -- What is not shown in the app cannot be read there: each hour tells anew.
      case
        when latest.is_in_app then latest.bundle_key
        else left(latest.bundle_key, 80) || '@' || to_char(now() at time zone 'UTC', 'YYYYMMDDHH24')
      end,
      latest.bundle_noun, private.cut_text(latest.subject, 256), latest.times, latest.is_in_app,
      private.wants(latest.preferences, latest.category, 'email'), coalesce(latest.is_pushed, false),
      coalesce(latest.is_urgent, false),
      -- Not the beginning of the transaction: whoever marks all until a time must not mark what they have not seen.
      clock_timestamp()
    from latest
    where latest.place = 1
    -- One order, so that two batches do not wait for each other.
    order by latest.user_id, latest.bundle_key
    on conflict (user_id, bundle_key) where bundle_key is not null and not is_read and not is_archived
    do update set
      bundle_count = least(known.bundle_count + excluded.bundle_count, 1000000),
      title = private.bundled(
        known.bundle_count + excluded.bundle_count, excluded.bundle_noun, excluded.subject, excluded.title
      ),
      message = excluded.message, type = excluded.type, event = excluded.event,
      action_url = excluded.action_url, action_label = excluded.action_label, actor_id = excluded.actor_id,
      metadata = excluded.metadata, is_mailed = excluded.is_mailed, last_at = excluded.last_at
    returning known.id, known.created_at
  )
  -- What joined an unread one is pushed no more: its person has been told.
  select array_agg(added.id) filter (where added.created_at = now()) into written from added;
  perform private.begin_digests(array(select distinct notice.user_id from unnest(fresh) as notice));
  perform private.push_notifications(coalesce(written, '{}'));
  return cardinality(fresh);
end;
$$;
comment on function private.write_notices is
'Writes notifications, and queues mails and messages to chats: the only writer of notifications. Each source tells each
person once. Unread notifications of a bundle become one. Returns how many people were told.';

create function private.notify(
  people uuid[], brand uuid, category text, event text, title text, message text default '',
  action_url text default null, type text default 'info', metadata jsonb default '{}',
  permission text default 'brand.read', besides uuid default null
)
returns integer
language sql
volatile
security definer -- see write_notices
set search_path = ''
as $$
  with source as materialized (select private.uuid_v7() as id)
  select private.write_notices(array_agg(row(
    source.id, person.id, notify.brand, notify.permission, notify.besides, notify.category, notify.type, notify.event,
    private.cut_text(notify.title, 256), notify.message, notify.action_url, null, null, null, null, 0, false, true, false,
    notify.metadata
  )::private.notice))
  from source cross join unnest(notify.people) as person (id);
$$;
comment on function private.notify is
'Notifies people of what is no event of the log. brand: null where it belongs to none; else members who lack the
permission are not told. besides: the person who did it.';
