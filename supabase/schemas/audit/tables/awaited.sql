create table private.awaited_entries (
  id uuid primary key default private.uuid_v7(),
  brand_id uuid not null references public.brands (id),
  entry jsonb not null check (
    jsonb_typeof(entry) = 'object'
    and private.is_sound_json(entry, 210000)
    and private.is_sound_json(entry -> 'details', 200000)
  )
);
comment on table private.awaited_entries is
'Entries of the audit log that append_awaited_entries has yet to append to the chain of their brand: those that a
command of another tenant writes.';
comment on column private.awaited_entries.entry is
'The row of the audit log, without its id and its place in the chain.';
create index awaited_entries_brand_id_idx on private.awaited_entries (brand_id, id);
alter table private.awaited_entries enable row level security;
