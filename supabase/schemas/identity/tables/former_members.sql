create table private.former_members (
  brand_id uuid not null references public.brands (id) on delete cascade,
  user_id uuid not null references public.profiles (id) on delete cascade,
  name text check (char_length(name) <= 201),
  left_at timestamptz not null default now() check (left_at between '1900-01-01Z' and '2200-01-01Z'),
  primary key (brand_id, user_id)
);
comment on table private.former_members is
'People who have left a brand. The history of the brand goes on naming them, by the name that they had when they left.';
comment on column private.former_members.name is
'Null: no name was set, or the person was erased. Later changes of the profile are not copied.';
create index former_members_user_id_idx on private.former_members (user_id);
alter table private.former_members enable row level security;
