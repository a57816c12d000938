create table public.templates (
  id uuid primary key default private.uuid_v7(),
  brand_id uuid references public.brands (id) on delete cascade,
  name text not null check (char_length(name) between 1 and 100 and name !~ '[[:cntrl:]]'),
  description text not null default '' check (char_length(description) <= 2000),
  content_type text not null check (content_type ~ '^[a-z_]{1,50}$'),
  input_fields jsonb not null check (
    private.are_template_fields(input_fields)
    and private.are_sound_fields(input_fields, false)
  ),
  output_fields jsonb not null check (
    private.are_template_fields(output_fields)
    and private.are_sound_fields(output_fields, true)
  ),
  is_active boolean not null default true,
  version integer not null default 1 check (version >= 1),
  icon text not null default '' check (char_length(icon) <= 50 and icon !~ '[[:cntrl:]]'),
  category text not null default '' check (char_length(category) <= 100 and category !~ '[[:cntrl:]]'),
  tags text[] not null default '{}' check (private.are_texts(tags, 50, 50)),
  ai_enabled boolean not null default true,
  created_by uuid references public.profiles (id),
  created_at timestamptz not null default now() check (created_at between '1900-01-01Z' and '2200-01-01Z'),
  updated_by uuid references public.profiles (id),
  updated_at timestamptz not null default now() check (updated_at between '1900-01-01Z' and '2200-01-01Z'),
  markup_version smallint not null default 0 check (markup_version >= 0),
  check (private.are_template_fields(input_fields || output_fields))
);
comment on table public.templates is 'A form: at least one input and one output field.';
comment on column public.templates.brand_id is
'Null: global, usable by every brand, and written by platform admins only.';
comment on column public.templates.input_fields is '[{id, name, type, required, …}]';
comment on column public.templates.output_fields is '[{id, name, type, required, aiPrompt, maxLength, …}]';
comment on column public.templates.markup_version is
'The allow-list by which functions cleaned the default values of its fields (private.markup_version); 0: none did.';
comment on column public.templates.ai_enabled is 'False: AI fills no fields of contents that are made from it.';
create unique index templates_name_idx on public.templates (brand_id, private.name_key(name)) nulls not distinct;
create index templates_created_by_idx on public.templates (created_by);
create index templates_updated_by_idx on public.templates (updated_by);
alter table public.templates enable row level security;

create table public.template_versions (
  template_id uuid not null references public.templates (id) on delete cascade,
  version integer not null check (version >= 1),
  brand_id uuid references public.brands (id) on delete cascade,
  name text not null check (char_length(name) <= 100),
  content_type text not null check (char_length(content_type) <= 50),
  input_fields jsonb not null check (private.are_sound_fields(input_fields, false)),
  output_fields jsonb not null check (private.are_sound_fields(output_fields, true)),
  created_by uuid references public.profiles (id),
  created_at timestamptz not null default now() check (created_at between '1900-01-01Z' and '2200-01-01Z'),
  markup_version smallint not null default 0 check (markup_version >= 0),
  primary key (template_id, version)
);
comment on table public.template_versions is
'Templates as they were after each change. A content keeps to the version that it was made from.';
comment on column public.template_versions.brand_id is 'Null: the template is global.';
create index template_versions_brand_id_idx on public.template_versions (brand_id);
create index template_versions_created_by_idx on public.template_versions (created_by);
alter table public.template_versions enable row level security;
