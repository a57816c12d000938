create function public.claim_publications(
  batch integer default 8,
  busy_brands uuid[] default '{}',
  most_of_brand integer default 3,
  lease_seconds integer default 45
)
returns table (publication_id uuid, brand_id uuid)
language plpgsql
volatile
security definer -- private is closed to the service as well
set search_path = ''
as $$
#variable_conflict use_column
declare
  due constant uuid[] := private.next_by_turns(
    'publications', 'private.publications',
    format(
      'item.status in (''running'', ''compensating'') and item.brand_id <> all (%L::uuid [])',
      claim_publications.busy_brands
    ),
    'item.due_at', claim_publications.batch * 4
  );
begin
  return query
    with ready as (
      select present.id, row_number() over (partition by present.brand_id order by waiting.place) as turn, waiting.place
      from unnest(due) with ordinality as waiting (id, place)
      inner join private.publications as present on present.id = waiting.id
    ),
    taken as (
      select present.id
      from private.publications as present
      where
        present.id in (
          select ready.id from ready where ready.turn <= claim_publications.most_of_brand
          order by ready.place limit claim_publications.batch
        )
        and present.due_at <= now() and present.status in ('running', 'compensating')
      for update skip locked
    )
    update private.publications as present
    set due_at = now() + make_interval(secs => claim_publications.lease_seconds)
    from taken
    where present.id = taken.id
    returning present.id, present.brand_id;
end;
$$;
comment on function public.claim_publications is
'For the service: leases up to a batch of publications that are due to a worker, one of each brand, then the next of
each, and of one brand no more than so many. Those of busy brands wait. After the lease, others may take them.';
grant execute on function public.claim_publications to service_role;

create function private.attempt_succeeded(attempt private.publication_channels, url text)
returns void
language plpgsql
volatile
set search_path = ''
as $$
begin
  if attempt.state = 'pending' then
    update private.publication_channels as channel set is_standing = false
    where
      channel.content_id = attempt.content_id and channel.channel_id = attempt.channel_id and channel.is_standing
      and channel.publication_id <> attempt.publication_id;
    update private.publication_channels as channel
    set state = 'published', is_standing = true, error = null, url = left(attempt_succeeded.url, 2000)
    where channel.publication_id = attempt.publication_id and channel.channel_id = attempt.channel_id;
    return;
  end if;
  update private.publication_channels as channel set is_standing = false
  where
    channel.content_id = attempt.content_id and channel.channel_id = attempt.channel_id and channel.is_standing;
  update private.publication_channels as channel set state = 'withdrawn', url = null
  where channel.publication_id = attempt.publication_id and channel.channel_id = attempt.channel_id;
end;
$$;
comment on function private.attempt_succeeded is 'Records what an attempt on a channel did.';

create function public.record_channel_attempt(
  publication_id uuid,
  channel_id uuid,
  lease_number integer,
  is_publication boolean,
  error text default null,
  is_final boolean default false,
  is_unknown boolean default false,
  retry_seconds double precision default null,
  url text default null
)
returns boolean
language plpgsql
volatile
security definer -- private is closed to the service as well
set search_path = ''
as $$
#variable_conflict use_column
declare
  publication private.publications;
  attempt private.publication_channels;
  policy record;
begin
  select * into publication from private.publications as present
  where present.id = record_channel_attempt.publication_id for update;
  update private.publication_channels as channel
  -- A target that has not answered may still work on it: the lease goes on until its end.
  set
    leased_until = case when is_unknown then channel.leased_until end,
    due_at = case when is_unknown then channel.due_at else least(channel.due_at, now()) end, changed_at = now()
  where
    channel.publication_id = record_channel_attempt.publication_id
    and channel.channel_id = record_channel_attempt.channel_id
    and channel.lease_number = record_channel_attempt.lease_number and channel.leased_until is not null
  returning channel.* into attempt;
  if attempt.publication_id is null then
    return false;
  elsif is_publication <> (attempt.state = 'pending') or attempt.state not in ('pending', 'withdrawing') then
    -- It was cancelled, or taken over, while the attempt was on its way: the channel is undone from here.
    if is_publication then
      update private.publication_channels as channel set is_standing = true
      where channel.publication_id = attempt.publication_id and channel.channel_id = attempt.channel_id;
    end if;
    update private.publications as present set due_at = now()
    where present.id = publication.id and present.status in ('running', 'compensating');
    return true;
  elsif error is null then
    perform private.attempt_succeeded(attempt, record_channel_attempt.url);
    return true;
  end if;
  select * into policy from private.publication_policy(
    case when is_publication then 'publish_to_channels' else 'unpublish' end,
    attempt.is_required or publication.status = 'compensating'
  );
  update private.publication_channels as channel
  set
    error = left(record_channel_attempt.error, 500),
    -- What cannot be taken back now, perhaps because its password has changed, can be once somebody has corrected that.
    state = case
      when (is_final and is_publication) or attempt.attempts >= policy.attempts then 'failed' else channel.state
    end,
    is_standing = channel.is_standing or not is_publication,
    due_at = greatest(channel.leased_until, now() + private.publication_delay(
      case when is_publication then 'publish_to_channels' else 'unpublish' end,
      attempt.is_required or publication.status = 'compensating', attempt.attempts, retry_seconds
    ))
  where channel.publication_id = attempt.publication_id and channel.channel_id = attempt.channel_id;
  update private.publications as present set error = left(record_channel_attempt.error, 500)
  where present.id = publication.id and present.status = 'running';
  return true;
end;
$$;
comment on function public.record_channel_attempt is
'For the service: records how an attempt on a channel ended. One that fails is tried again, later, unless it is final or
was the last. is_unknown: the target did not answer. Returns false for an attempt that another one has followed.';
grant execute on function public.record_channel_attempt to service_role;

create function public.release_channel_attempt(publication_id uuid, channel_id uuid, lease_number integer)
returns boolean
language plpgsql
volatile
security definer -- private is closed to the service as well
set search_path = ''
as $$
#variable_conflict use_column
begin
  -- The publication first, as everything else locks them.
  perform from private.publications as present
  where present.id = release_channel_attempt.publication_id for update;
  update private.publication_channels as channel
  set attempts = greatest(channel.attempts - 1, 0), due_at = channel.leased_until, changed_at = now()
  where
    channel.publication_id = release_channel_attempt.publication_id
    and channel.channel_id = release_channel_attempt.channel_id
    and channel.lease_number = release_channel_attempt.lease_number and channel.leased_until is not null;
  return found;
end;
$$;
comment on function public.release_channel_attempt is
'For the service: does not count an attempt that the end of a run cut short. Its target may still work on it, so the
next one comes after its lease.';
grant execute on function public.release_channel_attempt to service_role;
