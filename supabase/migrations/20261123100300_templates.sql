-- Reusable forms: input fields that people fill, output fields that AI may fill (domain §4).

create function private.are_template_fields(fields jsonb)
returns boolean
language sql
immutable
parallel safe
set search_path = ''
as $$
  select
    jsonb_typeof(fields) = 'array'
    and jsonb_array_length(fields) between 1 and 50
    and not exists (
      select 1
      from jsonb_array_elements(fields) as field
      where
        jsonb_typeof(field -> 'id') is distinct from 'string'
        or field ->> 'id' !~ '^[a-z][a-zA-Z0-9_]{0,49}$'
        or jsonb_typeof(field -> 'name') is distinct from 'string'
        or coalesce(jsonb_typeof(field -> 'required'), 'boolean') <> 'boolean'
        or coalesce(jsonb_typeof(field -> 'type'), 'string') <> 'string'
        or coalesce(jsonb_typeof(field -> 'aiPrompt'), 'string') <> 'string'
        or (field ? 'maxLength' and field ->> 'maxLength' !~ '^[1-9][0-9]{0,4}$')
    )
    and (
      select count(distinct field ->> 'id') = jsonb_array_length(fields) from jsonb_array_elements(fields) as field
    );
$$;
comment on function private.are_template_fields is
'Whether JSON is a list of fields: an object each, with an id that is its own, a name, and options of the right type.';
grant execute on function private.are_template_fields to authenticated, service_role;

create table public.templates (
  id uuid primary key default private.uuid_v7(),
  brand_id uuid references public.brands (id) on delete cascade,
  name text not null check (char_length(name) between 1 and 100),
  description text not null default '' check (char_length(description) <= 2000),
  content_type text not null check (content_type ~ '^[a-z_]{1,50}$'),
  input_fields jsonb not null check (private.are_template_fields(input_fields)),
  output_fields jsonb not null check (private.are_template_fields(output_fields)),
  is_active boolean not null default true,
  version integer not null default 1 check (version >= 1),
  created_by uuid references public.profiles (id),
  created_at timestamptz not null default now(),
  updated_by uuid references public.profiles (id),
  updated_at timestamptz not null default now(),
  check (private.are_template_fields(input_fields || output_fields))
);
comment on table public.templates is 'A form: at least one input and one output field.';
comment on column public.templates.brand_id is 'Null: global, usable by every brand, and written by operators only.';
comment on column public.templates.input_fields is '[{id, name, type, required, …}]';
comment on column public.templates.output_fields is '[{id, name, type, required, aiPrompt, maxLength, …}]';
create unique index templates_name_idx on public.templates (brand_id, lower(name)) nulls not distinct;
create index templates_created_by_idx on public.templates (created_by);
create index templates_updated_by_idx on public.templates (updated_by);
alter table public.templates enable row level security;

create function private.stamp_template()
returns trigger
language plpgsql
set search_path = ''
as $$
begin
  if tg_op = 'INSERT' then
    new.version := 1;
    new.created_by := auth.uid();
    new.created_at := now();
  else
    new.id := old.id;
    new.brand_id := old.brand_id;
    new.created_by := old.created_by;
    new.created_at := old.created_at;
    new.version := old.version + 1;
  end if;
  new.updated_by := auth.uid();
  new.updated_at := now();
  return new;
end;
$$;
create trigger stamp_template
before insert or update on public.templates
for each row execute function private.stamp_template();

create function private.template_fields(template public.templates)
returns table (id text, name text, required boolean)
language sql
immutable
set search_path = ''
as $$
  select field ->> 'id', field ->> 'name', coalesce((field ->> 'required')::boolean, false)
  from jsonb_array_elements(template.input_fields || template.output_fields) as field;
$$;
comment on function private.template_fields is 'Input and output fields of a template as rows.';
grant execute on function private.template_fields to authenticated, service_role;
