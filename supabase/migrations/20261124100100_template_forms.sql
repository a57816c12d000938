-- Templates in full (domain §4): what a field may be, which version a content used, and what is wrong with a form.

alter table public.templates
add column icon text not null default '' check (char_length(icon) <= 50),
add column category text not null default '' check (char_length(category) <= 100),
add column tags text[] not null default '{}' check (cardinality(tags) <= 50),
add column ai_enabled boolean not null default true;
comment on column public.templates.ai_enabled is 'False: AI fills no field of contents that are made from it.';

create table public.template_versions (
  template_id uuid not null references public.templates (id) on delete cascade,
  version integer not null check (version >= 1),
  brand_id uuid references public.brands (id) on delete cascade,
  name text not null,
  content_type text not null,
  input_fields jsonb not null,
  output_fields jsonb not null,
  created_by uuid references public.profiles (id),
  created_at timestamptz not null default now(),
  primary key (template_id, version)
);
comment on table public.template_versions is
'A template as it was after each change: contents keep to the version that they were made from.';
comment on column public.template_versions.brand_id is 'Null: of a global template.';
create index template_versions_brand_id_idx on public.template_versions (brand_id);
create index template_versions_created_by_idx on public.template_versions (created_by);
alter table public.template_versions enable row level security;
create trigger refuse_change
before update on public.template_versions
for each row execute function private.refuse_version_change();

insert into public.template_versions (
  template_id, version, brand_id, name, content_type, input_fields, output_fields, created_by, created_at
)
select
  templates.id,
  templates.version,
  templates.brand_id,
  templates.name,
  templates.content_type,
  templates.input_fields,
  templates.output_fields,
  templates.updated_by,
  templates.updated_at
from public.templates;

create function private.record_template_version()
returns trigger
language plpgsql
security definer -- versions are nobody's to write
set search_path = ''
as $$
begin
  insert into public.template_versions (
    template_id, version, brand_id, name, content_type, input_fields, output_fields, created_by
  )
  values (
    new.id, new.version, new.brand_id, new.name, new.content_type, new.input_fields, new.output_fields, auth.uid()
  );
  return null;
end;
$$;
create trigger record_template_version
after insert or update on public.templates
for each row execute function private.record_template_version();

create function private.pattern_problem(pattern text)
returns text
language plpgsql
stable
set search_path = ''
as $$
begin
  if char_length(pattern) > 200 then
    return 'a pattern has 200 characters at most';
  -- Without references back and lookaround a match takes time in proportion to the text; without repeats of repeats
  -- compiling it does not explode.
  elsif pattern ~ '\\[1-9]' or replace(pattern, '(?:', '') ~ '\(\?' then
    return 'a pattern has no references back and no lookaround';
  elsif pattern ~ '[*+?}]\s*\)\s*[*+{]' or pattern ~ '\{[0-9]*,?[0-9]{3,}' then
    return 'a pattern repeats no repetition, and nothing a hundred times';
  end if;
  perform '' ~ ('^(?:' || pattern || ')$'); -- as it will be run
  return null;
exception
  when others then -- whatever the engine says of it, it is no regular expression
    return 'the pattern is not a regular expression';
end;
$$;
comment on function private.pattern_problem is
'Why a pattern is not safe to be run on what people write; null if it is.';

create function private.template_problems(input_fields jsonb, output_fields jsonb)
returns table (field text, message text)
language sql
stable
set search_path = ''
as $$
  with recursive fields as (
    select 'inputFields' as side, entry, entry ->> 'id' as id from jsonb_array_elements(input_fields) as entry
    union all
    select 'outputFields', entry, entry ->> 'id' from jsonb_array_elements(output_fields) as entry
  ),
  waits as (
    select fields.id, fields.entry -> 'conditional' ->> 'field' as upon from fields where fields.entry ? 'conditional'
  ),
  ways as (
    select waits.id, waits.upon, 1 as length from waits
    union
    select ways.id, waits.upon, ways.length + 1 from ways inner join waits on waits.id = ways.upon
    where ways.length <= 50
  )
  select fields.side || '.' || fields.id || '.type', 'there is no such type of field'
  from fields
  where fields.entry ->> 'type' <> all (
    case fields.side
      when 'inputFields' then array[
        'short_text', 'long_text', 'rich_text', 'number', 'date', 'datetime', 'select', 'multiselect', 'boolean',
        'tags', 'url', 'email', 'slug', 'file', 'image', 'product_selector', 'recipe_url'
      ]
      else array['plain_text', 'rich_text', 'html', 'faq']
    end
  )
  union all
  select fields.side || '.' || fields.id || '.conditional',
    case when waits.upon = fields.id then 'a field cannot depend on itself'
      else format('there is no field %s', waits.upon) end
  from fields
  inner join waits on waits.id = fields.id
  where waits.upon = fields.id or not exists (select from fields as other where other.id = waits.upon)
  union all
  select fields.side || '.' || fields.id || '.conditional', 'fields depend on each other in a circle'
  from fields
  where exists (select from ways where ways.id = fields.id and ways.upon = fields.id and ways.length > 1)
  union all
  select fields.side || '.' || fields.id || '.validation.pattern',
    private.pattern_problem(fields.entry -> 'validation' ->> 'pattern')
  from fields
  where private.pattern_problem(fields.entry -> 'validation' ->> 'pattern') is not null
  union all
  select fields.side || '.' || fields.id || '.sourceField',
    format('there is no field %s', fields.entry ->> 'sourceField')
  from fields
  where
    fields.entry ? 'sourceField'
    and not exists (select from fields as other where other.id = fields.entry ->> 'sourceField');
$$;
comment on function private.template_problems is
'What is wrong with the fields of a template taken together: unknown types and references, circles, unsafe patterns.';

create function private.check_template()
returns trigger
language plpgsql
set search_path = ''
as $$
declare
  problems jsonb;
begin
  -- One from before there were these rules may still be renamed and put out of use.
  if tg_op = 'UPDATE' and (new.input_fields, new.output_fields) = (old.input_fields, old.output_fields) then
    return new;
  end if;
  -- Whether they are lists of fields at all is for the constraints to say, which come after this.
  if not private.are_template_fields(new.input_fields) or not private.are_template_fields(new.output_fields) then
    return new;
  end if;
  select jsonb_agg(jsonb_build_object('field', matching.field, 'code', 'INVALID_FORMAT', 'message', matching.message))
  into problems
  from private.template_problems(new.input_fields, new.output_fields) as matching;
  if problems is not null then
    perform private.refuse(400, 'the template has fields that cannot work', problems);
  end if;
  return new;
end;
$$;
create trigger check_template
before insert or update of input_fields, output_fields on public.templates
for each row execute function private.check_template();
grant execute on function private.template_problems to authenticated, service_role;
grant execute on function private.pattern_problem to authenticated, service_role;
