create table public.files (
  id uuid primary key default private.uuid_v7(),
  brand_id uuid not null references public.brands (id) on delete cascade,
  owner_id uuid references public.profiles (id),
  bucket text not null default 'brand-files' check (bucket = 'brand-files'),
  path text not null check (char_length(path) <= 500),
  name text not null check (char_length(name) between 1 and 255 and name !~ '[/\\]' and name !~ '[[:cntrl:]]'),
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
  created_at timestamptz not null default now() check (created_at between '1900-01-01Z' and '2200-01-01Z'),
  updated_at timestamptz not null default now() check (updated_at between '1900-01-01Z' and '2200-01-01Z'),
  deleted_at timestamptz check (deleted_at between '1900-01-01Z' and '2200-01-01Z'),
  unique (bucket, path),
  foreign key (content_id, brand_id) references public.contents (id, brand_id) on delete set null (content_id),
  -- The service removes the objects of files: no path may lead it to another's.
  constraint files_name_is_no_path check (name !~ '[[:cntrl:]]|^\.{1,2}$'),
  constraint files_path_is_derived check (path = brand_id::text || '/' || id::text || '/' || name)
);
comment on table public.files is 'Files of a brand. Their objects are in Storage, below the id of the brand.';
comment on column public.files.path is '{brand id}/{file id}/{name}';
comment on column public.files.checksum is 'SHA-256 of the object, in hexadecimal.';
comment on column public.files.scan_status is
'Written by the scanner. Only the owner may read a file that is not clean.';
create index files_brand_id_idx on public.files (brand_id, id desc);
create index files_owner_id_idx on public.files (owner_id);
create index files_content_id_idx on public.files (content_id, brand_id);
alter table public.files enable row level security;
