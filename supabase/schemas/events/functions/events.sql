create function private.append_event(
  brand uuid,
  aggregate_type text,
  aggregate_id uuid,
  type text,
  payload jsonb default '{}',
  aggregate_version integer default null
)
returns uuid
language plpgsql
volatile
security definer -- nobody may insert events; no API role may call this, so only triggers and commands write them
set search_path = ''
as $$
declare
  actor uuid := auth.uid();
  account text;
  -- Clients choose the ids of their requests: those of another tenant say nothing to this one.
  request text := private.request_id();
  event_id uuid;
  announced text;
begin
  -- Asked here as well, because a call of the function for each event of an import takes longer than this look.
  if actor is not null and not exists (
    select from public.brand_members as member
    where
      member.user_id = actor and member.brand_id = append_event.brand
      and (member.expires_at is null or member.expires_at > now())
  ) and private.acts_from_outside(actor, brand, append_event.aggregate_type) then
    account := private.acting_account(actor, brand);
    actor := null;
    request := case when account = 'MixerAI' then request end;
  end if;
  insert into public.domain_events (
    brand_id, aggregate_type, aggregate_id, aggregate_version, type, actor_id, payload, correlation_id, actor_account
  )
  values (
    brand, append_event.aggregate_type, append_event.aggregate_id, append_event.aggregate_version,
    append_event.type, actor, append_event.payload, request, account
  )
  returning id into event_id;
  announced := private.announce_work();
  return event_id;
end;
$$;
comment on function private.append_event is
'Appends an event to the log of a brand and returns its id. Its actor is the caller; for a user who acts for another
brand or for the platform, it is the account.';

create function private.announce_change()
returns trigger
language plpgsql
security definer -- nobody may insert events
set search_path = ''
as $$
declare
  before_row jsonb := case when tg_op <> 'INSERT' then to_jsonb(old) else '{}' end;
  after_row jsonb := case when tg_op <> 'DELETE' then to_jsonb(new) else '{}' end;
  this_row jsonb := case when tg_op = 'DELETE' then before_row else after_row end;
  event_type text := tg_argv[case tg_op when 'INSERT' then 1 when 'UPDATE' then 2 else 3 end];
  -- Only the names of the columns: their values may need more permissions than the events of the brand.
  changed jsonb;
  event_id uuid;
begin
  if event_type = '-' then
    return null;
  end if;
  if tg_op = 'UPDATE' then
    select coalesce(jsonb_agg(entry.key order by entry.key), '[]') into changed
    from jsonb_each(after_row) as entry
    where
      entry.value is distinct from before_row -> entry.key
      and entry.key not in ('updated_at', 'updated_by', 'version');
    if changed = '[]' then
      return null;
    end if;
  end if;
  event_id := private.append_event(
    (this_row ->> case when tg_table_name = 'brands' then 'id' else 'brand_id' end)::uuid,
    tg_argv[0],
    coalesce(this_row ->> 'id', this_row ->> 'user_id')::uuid,
    event_type,
    jsonb_strip_nulls(jsonb_build_object(
      'changed', changed,
      'contentId', this_row -> 'content_id',
      'userId', this_row -> 'user_id'
    )),
    (this_row ->> 'version')::integer
  );
  return null;
end;
$$;
comment on function private.announce_change is
'Appends an event that names the columns which changed. Arguments: the type of aggregate, then the types of event on
insert, update and delete; `-` for no event.';

create function private.send_event(event public.domain_events)
returns integer
language plpgsql
volatile
security definer -- callers may not write to realtime.messages themselves
set search_path = ''
as $$
declare
  message constant jsonb := jsonb_build_object(
    'eventId', event.id,
    'type', event.type,
    'brandId', event.brand_id,
    'aggregateType', event.aggregate_type,
    'aggregateId', event.aggregate_id,
    'aggregateVersion', event.aggregate_version,
    'actorId', event.actor_id,
    'actorAccount', event.actor_account,
    'requestId', event.correlation_id,
    'occurredAt', event.occurred_at,
    -- `changes` may be as large as the aggregate: subscribers that need it read the event.
    'data', event.payload - 'changes'
  );
  -- Every member may join the brand's topic; events of members, invitations, keys and webhooks need more permissions.
  topics constant text [] := array_remove(array[
    case when event.aggregate_type not in ('brand_member', 'invitation', 'api_key', 'webhook', 'channel') then
      'brand:' || event.brand_id
    end,
    case when event.aggregate_type in ('content', 'workflow', 'ai_generation') then
      case event.aggregate_type when 'ai_generation' then 'ai' else event.aggregate_type end
      || ':' || event.aggregate_id
    end
  ], null);
begin
  -- As realtime.send does for each topic (https://github.com/supabase/realtime, 20260605120000), all topics in one
  -- statement and one subtransaction. Like there, a message that cannot be stored is lost and ends no command.
  insert into realtime.messages (id, payload, event, topic, private, extension)
  select made.id, message || jsonb_build_object('id', made.id), event.type, made.topic, true, 'broadcast'
  from (select gen_random_uuid() as id, listed.topic from unnest(topics) as listed (topic)) as made;
  return cardinality(topics);
exception
  when others then
    raise warning 'the event % was not sent: %', event.id, sqlerrm;
    return 0;
end;
$$;
comment on function private.send_event is
'Sends an event to the topic of its brand, and to that of its content, workflow or generation. Returns to how many.';

create function private.broadcast_event()
returns trigger
language plpgsql
set search_path = ''
as $$
declare
  topics integer;
begin
  topics := private.send_event(new);
  return null;
end;
$$;
comment on function private.broadcast_event is 'Sends a new event. Events of commands of many wait for send_summary.';

create function private.begin_summary()
returns void
language sql
volatile
set search_path = ''
as $$
  select set_config('mixerai.broadcasts', 'summary', true);
$$;
comment on function private.begin_summary is
'Keeps the events of this transaction from being sent one by one, until send_summary. Each message costs a
subtransaction, and a project that sends too many a second loses the channels of all its tenants.';

create function private.send_summary(command text)
returns void
language plpgsql
volatile
security definer -- callers may neither write to realtime.messages nor read all events
set search_path = ''
as $$
declare
  -- One subtransaction for each stays below the 64 that a transaction may have without slowing down others.
  most_single_events constant integer := 20;
  -- Of 1,000 ids, a message has 40 KB of the 256 that the smallest plan lets through.
  most_ids constant integer := 1000;
  event public.domain_events;
  happened_events integer;
  summary record;
begin
  perform set_config('mixerai.broadcasts', '', true);
  -- The lowest id that an event of this transaction may have lets the planner open the partitions of this year only.
  select count(*) into happened_events
  from (
    select from public.domain_events as each
    where each.transaction_id = pg_current_xact_id() and each.id >= private.uuid_v7_floor(now())
    limit most_single_events + 1
  ) as first_events;
  if happened_events <= most_single_events then
    for event in
      select each.* from public.domain_events as each
      where each.transaction_id = pg_current_xact_id() and each.id >= private.uuid_v7_floor(now())
      order by each.id
    loop
      perform private.send_event(event);
    end loop;
    return;
  end if;
  for summary in
    with happened as (
      select
        each.id, each.brand_id, each.type, each.actor_id, each.actor_account,
        -- Payloads of contents may be large, and are not read.
        case each.aggregate_type when 'content' then each.aggregate_id::text else each.payload ->> 'contentId' end
          as content_id
      from public.domain_events as each
      where
        each.transaction_id = pg_current_xact_id() and each.id >= private.uuid_v7_floor(now())
        and each.aggregate_type not in ('brand_member', 'invitation', 'api_key', 'webhook', 'channel')
    ),
    counted as (
      select happened.brand_id, happened.type, count(*) as occurrences from happened group by 1, 2
    )
    select
      happened.brand_id,
      max(happened.id::text) as last_event_id,
      max(happened.actor_id::text) as actor_id,
      max(happened.actor_account) as actor_account,
      (array_agg(distinct happened.content_id) filter (where happened.content_id is not null))[1 : most_ids]
        as content_ids,
      (
        select jsonb_object_agg(counted.type, counted.occurrences)
        from counted where counted.brand_id = happened.brand_id
      ) as occurrences
    from happened
    group by happened.brand_id
  loop
    perform realtime.send(
      jsonb_build_object(
        'type', 'ContentsChanged',
        'brandId', summary.brand_id,
        'aggregateType', 'brand',
        'aggregateId', summary.brand_id,
        'actorId', summary.actor_id,
        'actorAccount', summary.actor_account,
        'requestId', private.request_id(),
        'occurredAt', clock_timestamp(),
        'lastEventId', summary.last_event_id,
        'data', jsonb_build_object(
          'command', send_summary.command,
          'events', summary.occurrences,
          'contentIds', to_jsonb(coalesce(summary.content_ids, '{}'))
        )
      ),
      'ContentsChanged', 'brand:' || summary.brand_id, true
    );
  end loop;
end;
$$;
comment on function private.send_summary is
'Sends the events of this transaction: up to 20 one by one, more of them as one message to the topic of each brand, with
how many events of each type there are, the ids of at most 1,000 contents, and the id of the last event.';

create function private.event_permission(aggregate_type text)
returns text
language sql
immutable
parallel safe
set search_path = ''
as $$
  select case
    when event_permission.aggregate_type in ('brand_member', 'invitation') then 'member.manage'
    when event_permission.aggregate_type in ('api_key', 'webhook', 'channel') then 'integration.manage'
    when event_permission.aggregate_type in ('workflow', 'workflow_definition', 'delegation')
      then 'workflow.read'
    when event_permission.aggregate_type = 'ai_generation' then 'ai.read'
    when event_permission.aggregate_type = 'claim' then 'claim.read'
    when event_permission.aggregate_type = 'file' then 'file.read'
    when event_permission.aggregate_type in ('brand', 'vetting_agency') then 'brand.read'
    else 'content.read'
  end;
$$;
comment on function private.event_permission is
'Returns the permission that reading events of a type of aggregate requires. The policy of domain_events has the same
list, and for those of runs content.read besides: they hold the comments of reviewers.';
grant execute on function private.event_permission to authenticated, service_role;
