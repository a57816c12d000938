create function private.audit_entry(
  actor uuid,
  session uuid,
  brand uuid,
  action text,
  resource_type text,
  resource_id uuid,
  details jsonb,
  outcome text
)
returns public.audit_log
language plpgsql
volatile
set search_path = ''
as $$
declare
  entry public.audit_log;
begin
  entry.brand_id := brand;
  entry.action := audit_entry.action;
  entry.outcome := audit_entry.outcome;
  entry.actor_id := actor;
  entry.actor_type := case
    when actor is null then 'system' when private.api_key_id() is not null then 'api' else 'user'
  end;
  entry.session_id := session;
  entry.resource_type := audit_entry.resource_type;
  entry.resource_id := audit_entry.resource_id;
  if actor is not null and brand is not null and private.acts_from_outside(actor, brand, audit_entry.resource_type) then
    entry.actor_account := private.acting_account(actor, brand);
  end if;
  entry.details := audit_entry.details || case
    when private.api_key_id() is null or entry.actor_account is not null then '{}' else jsonb_build_object('apiKeyId', private.api_key_id())
  end;
  entry.request_id := case
    when coalesce(entry.actor_account, 'MixerAI') = 'MixerAI' then private.request_id()
  end;
  return entry;
end;
$$;
comment on function private.audit_entry is
'Returns an entry about what the present request does, without its id, its time and its place in a chain.';

create function private.lock_logs(brands uuid[])
returns void
language sql
volatile
set search_path = ''
as $$
  select pg_advisory_xact_lock(hashtextextended('audit:' || brand.id::text, 0))
  from (select distinct each as id from unnest(brands) as each order by each) as brand;
$$;
comment on function private.lock_logs is
'Locks the audit logs of these brands in their order, for a command that writes to several in another.';

create function private.append_entry(entry public.audit_log)
returns uuid
language plpgsql
volatile
security definer -- nobody may write the log by themselves
set search_path = ''
as $$
declare
  last_entry public.audit_log;
begin
  -- The lock serialises a brand's entries: two rows must not follow the same row in the chain. It is held until the
  -- transaction ends, so a command locks all else first, and the logs of several brands in the order of their ids.
  perform pg_advisory_xact_lock(hashtextextended('audit:' || coalesce(entry.brand_id::text, 'platform'), 0));
  select * into last_entry from public.audit_log
    where audit_log.brand_id is not distinct from entry.brand_id order by audit_log.position desc limit 1;
  entry.id := private.uuid_v7();
  entry.position := coalesce(last_entry.position, 0) + 1;
  entry.occurred_at := coalesce(entry.occurred_at, clock_timestamp());
  entry.previous_hash := coalesce(last_entry.hash, repeat('0', 64));
  entry.hash := private.audit_hash(entry);
  insert into public.audit_log select entry.*;
  return entry.id;
end;
$$;
comment on function private.append_entry is
'Appends an entry to the chain of its brand, or to that of the platform, and returns its id. Its time is now, unless it
has one.';
