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
      jsonb_path_exists(event.payload, '$.channels[*] ? (@.hasFailed == true)') as is_partial
    from public.domain_events as event
    inner join public.contents as content
      on content.id = event.aggregate_id and content.brand_id = event.brand_id
    where
      event.id = any (publication_notices.ids)
      and event.type in (
        'ContentPublished', 'ContentUpdated', 'ContentDeleted', 'ContentStatusChanged', 'PublicationCompleted',
        'PublicationFailed', 'PublicationCancelled'
      )
      and (content.deleted_at is null or event.type = 'ContentDeleted')
      and (event.type <> 'ContentStatusChanged' or event.payload ->> 'to' in ('scheduled', 'archived'))
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
      when 'PublicationFailed' then 'error' when 'PublicationCancelled' then 'warning' else 'info'
    end,
    case happened.type
      when 'ContentPublished' then 'content_published' when 'ContentUpdated' then 'content_updated'
      when 'ContentDeleted' then 'content_deleted' when 'PublicationCompleted' then 'publication_completed'
      when 'PublicationFailed' then 'publication_failed' when 'PublicationCancelled' then 'publication_cancelled'
      else 'content_' || happened.status
    end,
    format(case happened.type
      when 'ContentPublished' then 'Published: “%s”' when 'ContentUpdated' then 'Changed: “%s”'
      when 'ContentDeleted' then 'Deleted: “%s”' when 'PublicationCompleted' then
        case when happened.is_partial then 'Published, but not on all channels: “%s”' else 'On all channels: “%s”' end
      when 'PublicationFailed' then
        case happened.direction when 'unpublish' then 'Taking back failed: “%s”' else 'Publishing failed: “%s”' end
      when 'PublicationCancelled' then 'Not published: “%s”'
      else case happened.status when 'scheduled' then 'Scheduled: “%s”' else 'Archived: “%s”' end
    end, happened.title),
    '', '/?content=' || happened.content_id, happened.content_id,
    -- The way of a content to its readers is one notification, which says how far it is.
    case happened.type
      when 'ContentUpdated' then 'edits:' || happened.content_id
      when 'ContentPublished' then 'publication:' || happened.content_id
      when 'PublicationCompleted' then 'publication:' || happened.content_id
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
  ) as people;
$$;
comment on function private.publication_notices is
'Returns whom changes and publications are told to: the creator and watchers, of failures the admins too. Edits are
bundled, and neither mailed at once nor sent to chats.';

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
  -- A comment is one source, so that editing it mentions nobody twice.
  told as (
    select
      happened.comment_id as source_id, happened.*, people.person, people.event, people.rank, people.noun
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
  )
  select
    told.source_id, told.person, told.brand_id, 'content.read', told.actor_id, 'comments', 'info', told.event,
    format(case told.event
      when 'mention' then 'You are mentioned in “%s”' when 'reply' then 'A reply on “%s”' else 'A comment on “%s”'
    end, told.title),
    '', '/?content=' || told.content_id || '&comment=' || told.comment_id, told.content_id,
    told.event || ':' || told.content_id, told.noun, told.title, told.rank, false, true, told.event = 'comment',
    jsonb_build_object('contentId', told.content_id, 'commentId', told.comment_id)
  from told
  where told.person is not null;
$$;
comment on function private.comment_notices is
'Returns whom comments are told to: those mentioned, else those of the thread, else watchers. Bundled by content.';

create function private.brand_notices(ids uuid[])
returns setof private.notice
language sql
stable
security definer -- reads the events of all brands
set search_path = ''
as $$
  with happened as (
    select
      event.id, event.brand_id, event.type, event.actor_id, event.payload, event.aggregate_id, brand.name,
      workflow.name as workflow_name
    from public.domain_events as event
    inner join public.brands as brand on brand.id = event.brand_id and brand.deleted_at is null
    left join public.workflows as workflow on workflow.id = event.aggregate_id
    where
      event.id = any (brand_notices.ids)
      and event.type in (
        'UserAssigned', 'WorkflowChanged', 'WorkflowDeleted', 'BudgetThresholdReached', 'QuotaThresholdReached',
        'WebhookDisabled'
      )
  ),
  told as (
    select
      happened.*, happened.payload ->> 'percent' as percent,
      happened.type in ('BudgetThresholdReached', 'QuotaThresholdReached') as is_quota
    from happened
  )
  select
    told.id, admins.id, told.brand_id,
    case told.type
      when 'UserAssigned' then 'member.manage' when 'WebhookDisabled' then 'integration.manage'
      when 'WorkflowChanged' then 'workflow.read' when 'WorkflowDeleted' then 'workflow.read' else 'brand.update'
    end,
    -- Whoever used up a quota does not know.
    case when not told.is_quota then told.actor_id end,
    case when told.is_quota then 'quota' else 'system' end,
    case
      when told.is_quota then case told.percent when '100' then 'error' else 'warning' end
      when told.type = 'WebhookDisabled' then 'error' else 'info'
    end,
    case told.type
      when 'UserAssigned' then 'member_joined' when 'WebhookDisabled' then 'webhook_disabled'
      when 'BudgetThresholdReached' then 'budget_alert' when 'QuotaThresholdReached' then 'quota_alert'
      else 'workflow_changed'
    end,
    case told.type
      when 'UserAssigned' then format('Somebody joined “%s”', told.name)
      when 'WebhookDisabled' then format('A webhook of “%s” was switched off', told.name)
      when 'BudgetThresholdReached' then format('%s %% of the budget for AI of “%s” are spent', told.percent, told.name)
      when 'QuotaThresholdReached' then format('%s %% of a quota of “%s” are used', told.percent, told.name)
      when 'WorkflowDeleted' then format('The workflow “%s” was deleted', told.workflow_name)
      else format('The workflow “%s” was changed', told.workflow_name)
    end,
    case told.type
      when 'QuotaThresholdReached' then 'Quota: ' || (told.payload ->> 'metric')
      when 'WebhookDisabled' then 'It failed for too long, or its receiver asked for it.' else ''
    end,
    '/?brand=' || told.brand_id, null::uuid,
    case told.type
      when 'UserAssigned' then 'members:' || told.brand_id when 'WorkflowChanged' then 'workflow:' || told.aggregate_id
    end,
    case told.type when 'UserAssigned' then 'new members in' when 'WorkflowChanged' then 'changes of the workflow' end,
    case told.type when 'UserAssigned' then told.name else coalesce(told.workflow_name, told.name) end,
    0, false, told.is_quota or told.type = 'WebhookDisabled', true,
    jsonb_strip_nulls(jsonb_build_object(
      'brandId', told.brand_id, 'percent', told.percent, 'metric', told.payload -> 'metric',
      'userId', case told.type when 'UserAssigned' then told.payload -> 'userId' end
    ))
  from told
  cross join lateral private.admins_of(told.brand_id) as admins (id)
  where told.type <> 'UserAssigned' or admins.id::text <> told.payload ->> 'userId';
$$;
comment on function private.brand_notices is
'Returns whom events of a brand are told to: its admins, of new members without the new one.';

create function private.review_notices(ids uuid[])
returns setof private.notice
language sql
stable
security definer -- reads the events and contents of all brands
set search_path = ''
as $$
  select
    event.id, coalesce(event.actor_id, content.created_by), event.brand_id, 'content.read', null::uuid, 'content',
    case event.payload ->> 'overall' when 'approved' then 'success' when 'rejected' then 'error' else 'warning' end,
    'claims_reviewed', format('Claims reviewed: “%s”', content.title),
    format(
      'Market %s: %s, %s violation(s).', event.payload ->> 'country', replace(event.payload ->> 'overall', '_', ' '),
      event.payload ->> 'violations'
    ),
    '/?content=' || content.id, content.id, 'claims:' || content.id, null, content.title, 0, false, false, true,
    jsonb_build_object('contentId', content.id, 'country', event.payload ->> 'country')
  from public.domain_events as event
  inner join public.contents as content
    on content.id = event.aggregate_id and content.brand_id = event.brand_id and content.deleted_at is null
  where event.id = any (review_notices.ids) and event.type = 'ClaimsReviewed';
$$;
comment on function private.review_notices is
'Returns whom reviews of claims are told to: the person who asked, or else the creator of the content.';

create function public.write_notifications(ids uuid[])
returns integer
language plpgsql
volatile
security definer -- private is closed to the service as well
set search_path = ''
set statement_timeout = '30s'
as $$
begin
  return private.write_notices(array(
    select notice from private.task_notices(ids) as notice
    union all
    select notice from private.decision_notices(ids) as notice
    union all
    select notice from private.publication_notices(ids) as notice
    union all
    select notice from private.comment_notices(ids) as notice
    union all
    select notice from private.brand_notices(ids) as notice
    union all
    select notice from private.review_notices(ids) as notice
  ));
end;
$$;
comment on function public.write_notifications is
'For the service: tells people of these events. Doing it again tells nobody twice. Returns how many were told.';
grant execute on function public.write_notifications to service_role;
