-- Files with their place in Storage; webhooks.

create table public.files (
  id uuid primary key default private.uuid_v7(),
  brand_id uuid not null references public.brands (id) on delete cascade,
  owner_id uuid references public.profiles (id),
  bucket text not null default 'brand-files' check (bucket = 'brand-files'),
  path text not null check (char_length(path) <= 500),
  name text not null check (char_length(name) between 1 and 255 and name !~ '[/\\]'),
  mime_type text not null check (mime_type in (
    'image/jpeg', 'image/png', 'image/webp', 'image/gif', 'application/pdf', 'text/plain', 'text/csv',
    'application/vnd.openxmlformats-officedocument.wordprocessingml.document',
    'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet',
    'application/vnd.openxmlformats-officedocument.presentationml.presentation', 'video/mp4', 'application/zip'
  )),
  size_bytes bigint not null check (size_bytes between 0 and 100 * 1024 * 1024),
  checksum text check (checksum ~ '^[0-9a-f]{64}$'),
  scan_status text not null default 'pending' check (scan_status in ('pending', 'clean', 'infected', 'failed')),
  content_id uuid,
  deleted_at timestamptz,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  unique (bucket, path),
  foreign key (content_id, brand_id) references public.contents (id, brand_id) on delete set null (content_id),
  check (path like brand_id::text || '/%')
);
comment on table public.files is 'What is stored for a brand: the object lies in Storage, below the brand''s own id.';
comment on column public.files.path is '{brand id}/{file id}/{name}';
comment on column public.files.checksum is 'SHA-256 of the object, in hexadecimal.';
comment on column public.files.scan_status is 'Written by the scanner; only clean files are delivered.';
create index files_brand_id_idx on public.files (brand_id, id desc);
create index files_owner_id_idx on public.files (owner_id);
create index files_content_id_idx on public.files (content_id, brand_id);
alter table public.files enable row level security;

create function private.stamp_file()
returns trigger
language plpgsql
set search_path = ''
as $$
begin
  if tg_op = 'INSERT' then
    new.owner_id := auth.uid();
    new.scan_status := 'pending';
    new.deleted_at := null;
    new.created_at := now();
    -- The path is never the client's: below the brand's id, and below the file's own.
    new.path := new.brand_id || '/' || new.id || '/' || new.name;
  else
    new.id := old.id;
    new.owner_id := old.owner_id;
    new.path := old.path;
    new.created_at := old.created_at;
  end if;
  new.updated_at := now();
  return new;
end;
$$;
create trigger stamp_file before insert or update on public.files
for each row execute function private.stamp_file();
create trigger keep_brand before update on public.files
for each row execute function private.keep_brand();
create trigger announce_change after insert or update of deleted_at, scan_status or delete on public.files
for each row execute function private.announce_change('file', 'FileAdded', 'FileChanged', 'FileRemoved');

insert into storage.buckets (id, name, public, file_size_limit, allowed_mime_types)
values
(
  'brand-files', 'brand-files', false, 100 * 1024 * 1024,
  array[
    'image/jpeg', 'image/png', 'image/webp', 'image/gif', 'application/pdf', 'text/plain', 'text/csv',
    'application/vnd.openxmlformats-officedocument.wordprocessingml.document',
    'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet',
    'application/vnd.openxmlformats-officedocument.presentationml.presentation', 'video/mp4', 'application/zip'
  ]
),
('avatars', 'avatars', false, 5 * 1024 * 1024, array['image/jpeg', 'image/png', 'image/webp'])
on conflict (id) do nothing;

create function private.storage_brand(object_name text)
returns uuid
language sql
immutable
parallel safe
set search_path = ''
as $$
  select case
    when object_name ~ '^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/[^/]' and object_name !~ '(^|/)\.\.?(/|$)'
      then split_part(object_name, '/', 1)::uuid
  end;
$$;
comment on function private.storage_brand is
'The brand, or the person, whose folder an object is in; null for any other path.';
grant execute on function private.storage_brand to authenticated, service_role;

create table public.webhook_endpoints (
  id uuid primary key default private.uuid_v7(),
  brand_id uuid not null references public.brands (id) on delete cascade,
  url text not null check (url ~ '^https://[^\s@/]+(/|$)' and char_length(url) <= 2000),
  secret private.ciphertext not null,
  event_types text[] not null default '{}' check (cardinality(event_types) <= 100),
  is_active boolean not null default true,
  disabled_reason text check (char_length(disabled_reason) <= 500),
  created_by uuid references public.profiles (id),
  created_at timestamptz not null default now(),
  updated_by uuid references public.profiles (id),
  updated_at timestamptz not null default now(),
  unique (id, brand_id)
);
comment on table public.webhook_endpoints is 'Where a brand wants its events sent.';
comment on column public.webhook_endpoints.secret is 'Signs deliveries; encrypted by the application, shown once.';
comment on column public.webhook_endpoints.event_types is 'Empty: all.';
create index webhook_endpoints_brand_id_idx on public.webhook_endpoints (brand_id);
create index webhook_endpoints_created_by_idx on public.webhook_endpoints (created_by);
create index webhook_endpoints_updated_by_idx on public.webhook_endpoints (updated_by);
alter table public.webhook_endpoints enable row level security;
create trigger stamp_row before insert or update on public.webhook_endpoints
for each row execute function private.stamp_row('actors');
create trigger keep_brand before update on public.webhook_endpoints
for each row execute function private.keep_brand();
create trigger announce_change after insert or update or delete on public.webhook_endpoints
for each row execute function private.announce_change('webhook', 'WebhookCreated', 'WebhookChanged', 'WebhookRemoved');

create table public.webhook_deliveries (
  id uuid primary key default private.uuid_v7(),
  endpoint_id uuid not null,
  brand_id uuid not null references public.brands (id) on delete cascade,
  event_id uuid not null,
  status text not null default 'pending' check (status in ('pending', 'delivered', 'failed')),
  attempts integer not null default 0 check (attempts >= 0),
  response_status integer check (response_status between 100 and 599),
  error text check (char_length(error) <= 1000),
  next_attempt_at timestamptz,
  delivered_at timestamptz,
  created_at timestamptz not null default now(),
  unique (endpoint_id, event_id),
  foreign key (endpoint_id, brand_id) references public.webhook_endpoints (id, brand_id) on delete cascade,
  check ((status = 'delivered') = (delivered_at is not null))
);
comment on table public.webhook_deliveries is
'One event on its way to one endpoint; an event is sent to an endpoint once.';
create index webhook_deliveries_brand_id_idx on public.webhook_deliveries (brand_id, id desc);
create index webhook_deliveries_endpoint_idx on public.webhook_deliveries (endpoint_id, brand_id);
create index webhook_deliveries_due_idx on public.webhook_deliveries (next_attempt_at) where status = 'pending';
alter table public.webhook_deliveries enable row level security;
