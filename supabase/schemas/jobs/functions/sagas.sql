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
comment on function public.start_saga is
'Starts a saga and returns its id; null if one of the same kind is running for the aggregate.';
grant execute on function public.start_saga to service_role;

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
'Moves a saga from the expected step to the next one. Returns false if it is no longer at that step, or has ended.';
grant execute on function public.advance_saga to service_role;
