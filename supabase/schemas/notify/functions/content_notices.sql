create function private.publication_notices(ids uuid[])
returns setof private.notice
language sql
stable
security definer -- reads the events and contents of all brands
set search_path = ''
as $$
  with happened as (
    select
      event.id, event.brand_id, event.type, event.actor_id, content.title, content.id as content_id,
      case event.type when 'ContentStatusChanged' then event.payload ->> 'to' end as status,
      (event.payload ->> 'requestedBy')::uuid as requested_by, event.payload ->> 'direction' as direction,
      (event.payload ->> 'scheduledBy')::uuid as scheduled_by, event.payload ->> 'reason' as reason,
      jsonb_path_exists(event.payload, '$.channels[*] ? (@.hasFailed == true)') as is_partial
    from public.domain_events as event
    inner join public.contents as content
      on content.id = event.aggregate_id and content.brand_id = event.brand_id
    where
      event.id = any (publication_notices.ids)
      and event.type in (
        'ContentPublished', 'ContentUpdated', 'ContentDeleted', 'ContentStatusChanged', 'PublicationCompleted',
        'PublicationFailed', 'PublicationCancelled', 'ContentUnscheduled'
      )
      and (content.deleted_at is null or event.type = 'ContentDeleted')
      and (event.type <> 'ContentStatusChanged' or event.payload ->> 'to' in ('scheduled', 'archived'))
      -- An editor that is open saves many times an hour, and nobody waits to hear of it. Those that are old are dropped.
      and (
        event.type <> 'ContentUpdated' or exists (
          select from public.content_versions as version
          where
            version.content_id = event.aggregate_id and version.version = event.aggregate_version
            and version.action <> 'autosave'
        )
      )
      -- Other events tell of contents that were taken back, and of those without channels.
      and (
        event.type not in ('PublicationCompleted', 'PublicationCancelled')
        or event.payload ->> 'direction' is distinct from 'unpublish' and event.payload -> 'channels' <> '[]'
      )
  )
  select
    happened.id, people.id, happened.brand_id, 'content.read', happened.actor_id, 'content',
    case happened.type
      when 'ContentPublished' then 'success'
      when 'PublicationCompleted' then case when happened.is_partial then 'warning' else 'success' end
      when 'PublicationFailed' then 'error' when 'PublicationCancelled' then 'warning'
      when 'ContentUnscheduled' then 'warning' else 'info'
    end,
    case happened.type
      when 'ContentPublished' then 'content_published' when 'ContentUpdated' then 'content_updated'
      when 'ContentDeleted' then 'content_deleted' when 'PublicationCompleted' then 'publication_completed'
      when 'PublicationFailed' then 'publication_failed' when 'PublicationCancelled' then 'publication_cancelled'
      when 'ContentUnscheduled' then 'content_unscheduled' else 'content_' || happened.status
    end,
    format(case happened.type
      when 'ContentPublished' then 'Published: “%s”' when 'ContentUpdated' then 'Changed: “%s”'
      when 'ContentDeleted' then 'Deleted: “%s”' when 'PublicationCompleted' then
        case when happened.is_partial then 'Published, but not on all channels: “%s”' else 'On all channels: “%s”' end
      when 'PublicationFailed' then
        case happened.direction when 'unpublish' then 'Taking back failed: “%s”' else 'Publishing failed: “%s”' end
      when 'PublicationCancelled' then 'Not published: “%s”' when 'ContentUnscheduled' then 'Not published: “%s”'
      else case happened.status when 'scheduled' then 'Scheduled: “%s”' else 'Archived: “%s”' end
    end, happened.title),
    case
      when happened.type <> 'ContentUnscheduled' then ''
      when happened.reason = 'expired' then 'It was due after its expiry, and is approved again. Change one of the times.'
      else 'Its claims kept it from being published, and it is approved again.'
    end, '/contents/' || happened.content_id, happened.content_id,
    -- The way of a content to its readers is one notification, which says how far it is.
    case happened.type
      when 'ContentUpdated' then 'edits:' || happened.content_id
      when 'ContentPublished' then 'publication:' || happened.content_id
      -- One of which a channel failed is told on its own, also by mail.
      when 'PublicationCompleted' then
        case when not happened.is_partial then 'publication:' || happened.content_id end
    end,
    case happened.type when 'ContentUpdated' then 'changes of' end,
    happened.title, 0, false, happened.type <> 'ContentUpdated', happened.type <> 'ContentUpdated',
    jsonb_build_object('contentId', happened.content_id)
  from happened
  cross join lateral (
    select watchers.id from private.watchers_of(happened.content_id) as watchers (id)
    union
    select admins.id from private.admins_of(happened.brand_id) as admins (id)
    where happened.type = 'PublicationFailed'
    union
    select happened.requested_by
    where happened.type = 'PublicationFailed' and happened.requested_by is not null
    union
    select happened.scheduled_by where happened.scheduled_by is not null
  ) as people;
$$;
comment on function private.publication_notices is
'Returns whom changes and publications are told to: the creator and watchers, of failures the admins too, and of a
schedule that was given up whoever set it. Edits are bundled, and neither mailed at once nor sent to chats.';

create function private.source_of_mentions(comment_id uuid)
returns uuid
language sql
immutable
parallel safe
set search_path = ''
as $$
  -- It keeps the time of the comment, by which sources are forgotten.
  select overlay(
    md5('mentions in ' || source_of_mentions.comment_id) placing left(source_of_mentions.comment_id::text, 13) from 1
    for 12
  )::uuid;
$$;
comment on function private.source_of_mentions is
'Returns the id of which people are told who are mentioned in a comment.';

create function private.comment_notices(ids uuid[])
returns setof private.notice
language sql
stable
security definer -- reads the events and comments of all brands
set search_path = ''
as $$
  with happened as (
    select
      event.id, event.brand_id, event.type, event.actor_id, content.title, content.id as content_id,
      comment.id as comment_id, comment.parent_id, comment.mentions, event.payload
    from public.domain_events as event
    inner join public.comments as comment
      on comment.id = event.aggregate_id and comment.brand_id = event.brand_id and comment.deleted_at is null
    inner join public.contents as content on content.id = comment.content_id and content.deleted_at is null
    where
      event.id = any (comment_notices.ids)
      and (
        event.type = 'CommentAdded'
        or event.type = 'CommentChanged' and event.payload -> 'changed' ? 'mentions'
      )
  ),
  told as (
    select
      -- Of a comment, and of a mention in it, each person is told once: editing it mentions nobody twice, and reaches
      -- those who were told of the comment.
      case people.event
        when 'mention' then private.source_of_mentions(happened.comment_id) else happened.comment_id
      end as source_id,
      happened.*, people.person, people.event, people.rank, people.noun
    from happened
    cross join lateral (
      select mentioned.id as person, 'mention' as event, 0 as rank, 'mentions in' as noun
      from unnest(happened.mentions) as mentioned (id)
      union all
      select thread.created_by, 'reply', 1, 'replies on'
      from public.comments as thread
      where
        happened.type = 'CommentAdded' and thread.deleted_at is null and happened.parent_id is not null
        and (thread.id = happened.parent_id or thread.parent_id = happened.parent_id)
      union all
      select watchers.id, 'comment', 2, 'comments on'
      from private.watchers_of(happened.content_id) as watchers (id)
      where happened.type = 'CommentAdded'
    ) as people
    where people.event = 'mention' or people.person <> all (coalesce(happened.mentions, '{}'))
  )
  select
    told.source_id, told.person, told.brand_id, 'content.read', told.actor_id, 'comments', 'info', told.event,
    format(case told.event
      when 'mention' then 'You are mentioned in “%s”' when 'reply' then 'A reply on “%s”' else 'A comment on “%s”'
    end, told.title),
    '', '/contents/' || told.content_id || '?comment=' || told.comment_id, told.content_id,
    told.event || ':' || told.content_id, told.noun, told.title, told.rank, false, true, told.event = 'comment',
    jsonb_build_object('contentId', told.content_id, 'commentId', told.comment_id)
  from told
  where told.person is not null;
$$;
comment on function private.comment_notices is
'Returns whom comments are told to: those mentioned, else those of the thread, else watchers. Bundled by content.';
