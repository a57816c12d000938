-- Work over several steps that can be undone, and commands that a client may send twice.

create table private.sagas (
  id uuid primary key default private.uuid_v7(),
  brand_id uuid not null references public.brands (id) on delete cascade,
  kind text not null check (kind ~ '^[a-z_]{1,50}$'),
  aggregate_id uuid not null,
  status text not null default 'running' check (
    status in ('running', 'completed', 'compensating', 'compensated', 'failed')
  ),
  step integer not null default 0 check (step >= 0),
  context jsonb not null default '{}' check (jsonb_typeof(context) = 'object'),
  error text check (char_length(error) <= 2000),
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now()
);
comment on table private.sagas is
'Work over several steps, each of which can be undone: how far it came (publishing, domain §3).';
create unique index sagas_running_idx on private.sagas (kind, aggregate_id) where status in ('running', 'compensating');
create index sagas_brand_id_idx on private.sagas (brand_id);
alter table private.sagas enable row level security;

create function public.advance_saga(
  saga_id uuid,
  expected_step integer,
  next_step integer,
  status text default 'running',
  context jsonb default '{}',
  error text default null
)
returns boolean
language sql
volatile
security definer -- private is closed to the service as well
set search_path = ''
as $$
  with advanced as (
    update private.sagas
    set
      step = advance_saga.next_step, status = advance_saga.status, context = sagas.context || advance_saga.context,
      error = left(advance_saga.error, 2000), updated_at = now()
    where
      sagas.id = advance_saga.saga_id
      and sagas.step = advance_saga.expected_step
      and sagas.status in ('running', 'compensating')
    returning 1
  )
  select exists (select from advanced);
$$;
comment on function public.advance_saga is
'Moves a saga on from the step that the caller saw; false where it is no longer there.';
grant execute on function public.advance_saga to service_role;

create function public.start_saga(brand_id uuid, kind text, aggregate_id uuid, context jsonb default '{}')
returns uuid
language sql
volatile
security definer -- private is closed to the service as well
set search_path = ''
as $$
  insert into private.sagas (brand_id, kind, aggregate_id, context)
  values (start_saga.brand_id, start_saga.kind, start_saga.aggregate_id, start_saga.context)
  on conflict (kind, aggregate_id) where status in ('running', 'compensating') do nothing
  returning sagas.id;
$$;
comment on function public.start_saga is 'A new saga; null where one of the kind is under way for the aggregate.';
grant execute on function public.start_saga to service_role;

-- Commands that a client may send twice: the second gets the first one's answer.

create table private.idempotency_keys (
  user_id uuid not null references public.profiles (id) on delete cascade,
  key text not null check (char_length(key) between 1 and 255),
  fingerprint text not null check (fingerprint ~ '^[0-9a-f]{64}$'),
  status integer check (status between 100 and 599),
  answer jsonb,
  created_at timestamptz not null default now(),
  expires_at timestamptz not null default now() + interval '24 hours',
  primary key (user_id, key)
);
comment on table private.idempotency_keys is
'What a person''s request with this Idempotency-Key was answered, for a day.';
comment on column private.idempotency_keys.fingerprint is
'SHA-256 of method, path and body: the same key with another body is refused.';
create index idempotency_keys_expires_at_idx on private.idempotency_keys (expires_at);
alter table private.idempotency_keys enable row level security;

create function public.begin_idempotent(key text, fingerprint text)
returns table (state text, status integer, answer jsonb)
language plpgsql
volatile
security definer -- nobody may write keys by themselves, or read those of others
set search_path = ''
as $$
#variable_conflict use_column
declare
  known private.idempotency_keys;
begin
  if auth.uid() is null or not private.session_trusted() then
    perform private.refuse(401, 'sign in first');
  end if;
  insert into private.idempotency_keys as keys (user_id, key, fingerprint)
  values (auth.uid(), begin_idempotent.key, begin_idempotent.fingerprint)
  on conflict (user_id, key) do update
    set fingerprint = excluded.fingerprint, status = null, answer = null, created_at = now(),
      expires_at = excluded.expires_at
    where keys.expires_at < now() or (keys.status is null and keys.created_at < now() - interval '2 minutes')
  returning * into known;
  if known.user_id is not null then
    return query select 'new', null::integer, null::jsonb;
    return;
  end if;
  select * into known from private.idempotency_keys as keys
  where keys.user_id = auth.uid() and keys.key = begin_idempotent.key;
  if known.fingerprint <> begin_idempotent.fingerprint then
    perform private.refuse(422, 'this Idempotency-Key was used for another request');
  end if;
  return query select case when known.status is null then 'in_progress' else 'replay' end, known.status, known.answer;
end;
$$;
comment on function public.begin_idempotent is
'new: go on, and finish; replay: give this answer; in_progress: the first is still at work. 422 for another request.';
grant execute on function public.begin_idempotent to authenticated;

create function public.finish_idempotent(key text, status integer, answer jsonb)
returns void
language sql
volatile
security definer -- see begin_idempotent
set search_path = ''
as $$
  update private.idempotency_keys
  set status = finish_idempotent.status, answer = finish_idempotent.answer
  where
    idempotency_keys.user_id = auth.uid() and idempotency_keys.key = finish_idempotent.key
    and idempotency_keys.status is null;
$$;
comment on function public.finish_idempotent is 'Keeps the answer of one''s own request for who asks again.';
grant execute on function public.finish_idempotent to authenticated;
