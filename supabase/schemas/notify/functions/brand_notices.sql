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
      or event.id = any (brand_notices.ids) and event.type = 'UserRemoved' and exists (
        select from private.notification_destinations as destination
        where
          destination.brand_id = event.brand_id and destination.is_enabled
          and destination.created_by::text = event.payload ->> 'userId'
      )
  ),
  told as (
    select
      happened.*, happened.payload ->> 'percent' as percent,
      happened.type in ('BudgetThresholdReached', 'QuotaThresholdReached') as is_quota
    from happened
  )
  select
    told.id, people.id, told.brand_id,
    case told.type
      when 'UserAssigned' then 'member.manage' when 'WebhookDisabled' then 'integration.manage'
      when 'UserRemoved' then 'integration.manage' when 'WorkflowChanged' then 'workflow.read'
      when 'WorkflowDeleted' then 'workflow.read' else 'brand.read'
    end,
    -- Whoever used up a quota does not know.
    case when not told.is_quota then told.actor_id end,
    case when told.is_quota then 'quota' else 'system' end,
    case
      when told.is_quota then case told.percent when '100' then 'error' else 'warning' end
      when told.type = 'WebhookDisabled' then 'error' when told.type = 'UserRemoved' then 'warning' else 'info'
    end,
    case told.type
      when 'UserAssigned' then 'member_joined' when 'WebhookDisabled' then 'webhook_disabled'
      when 'UserRemoved' then 'destination_review'
      when 'BudgetThresholdReached' then 'budget_alert' when 'QuotaThresholdReached' then 'quota_alert'
      else 'workflow_changed'
    end,
    case told.type
      when 'UserAssigned' then format('Somebody joined “%s”', told.name)
      when 'WebhookDisabled' then format('A webhook of “%s” was switched off', told.name)
      when 'UserRemoved' then format('Somebody who added a chat or webhook of “%s” has left', told.name)
      when 'BudgetThresholdReached' then format('%s %% of the budget for AI of “%s” are spent', told.percent, told.name)
      when 'QuotaThresholdReached' then format('%s %% of a quota of “%s” are used', told.percent, told.name)
      when 'WorkflowDeleted' then format('The workflow “%s” was deleted', told.workflow_name)
      else format('The workflow “%s” was changed', told.workflow_name)
    end,
    case told.type
      when 'QuotaThresholdReached' then 'Quota: ' || (told.payload ->> 'metric')
      when 'WebhookDisabled' then 'It failed for too long, or its receiver asked for it.'
      when 'UserRemoved' then 'It still gets the notifications of the brand.' else ''
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
  cross join lateral (
    select admins.id from private.admins_of(told.brand_id) as admins (id)
    union
    -- Whoever used up the quota.
    select told.actor_id where told.is_quota and told.actor_id is not null
  ) as people
  where told.type <> 'UserAssigned' or people.id::text <> told.payload ->> 'userId';
$$;
comment on function private.brand_notices is
'Returns whom events of a brand are told to: its admins, of new members without the new one, and of quotas whoever used
them up.';

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
    '/contents/' || content.id, content.id, 'claims:' || content.id, null, content.title, 0, false, false, true,
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
