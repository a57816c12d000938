-- The content aggregate: who works on it, what it scores, and how its fields are held against the template it used.

alter table public.contents
add column assignees uuid[] not null default '{}' check (cardinality(assignees) <= 50),
add column score numeric(4, 1) check (score between 0 and 100);
comment on column public.contents.assignees is
'Who works on it; a part of its versions. content_assignees holds the same for look-ups and for members who leave.';
comment on column public.contents.score is 'private.content_score, written with each change and each claims review.';

create table private.content_alignments (
  content_id uuid primary key,
  brand_id uuid not null references public.brands (id) on delete cascade,
  content_version integer not null check (content_version >= 1),
  alignment numeric(4, 1) not null check (alignment between 0 and 100),
  assessed_at timestamptz not null default now(),
  foreign key (content_id, brand_id) references public.contents (id, brand_id) on delete cascade
);
comment on table private.content_alignments is
'How well a content speaks as its brand, 0 to 100, as a model assessed it: a fifth of the score.';
create index content_alignments_content_idx on private.content_alignments (content_id, brand_id);
create index content_alignments_brand_id_idx on private.content_alignments (brand_id);
alter table private.content_alignments enable row level security;

-- The columns that count or are computed: no part of what a content is, of its versions and of its events.
create function private.counters()
returns text[]
language sql
immutable
parallel safe
set search_path = ''
as $$
  select array['views', 'shares', 'score'];
$$;

create or replace function private.content_state(content public.contents)
returns jsonb
language sql
stable
set search_path = ''
set timezone = 'UTC'
as $$
  -- Everything but the keys, the stamps and the counters: a column that is added later is part of it by itself.
  select to_jsonb(content) - private.counters() - array[
    'id', 'brand_id', 'version', 'major_version', 'minor_version', 'created_by', 'created_at', 'updated_by',
    'updated_at'
  ];
$$;

create or replace function private.edited_part(state jsonb)
returns jsonb
language sql
immutable
parallel safe
set search_path = ''
as $$
  select state - array[
    'status', 'published_at', 'published_by', 'scheduled_for', 'deleted_at', 'due_at', 'expires_at', 'assignees'
  ];
$$;

create function private.template_used(content public.contents)
returns public.templates
language plpgsql
stable
set search_path = ''
as $$
declare
  template public.templates := private.content_template(content.brand_id, content.template_id);
  used public.template_versions;
begin
  -- Contents from before there were versions of templates: the oldest that is known.
  select versions.* into used
  from public.template_versions as versions
  where versions.template_id = template.id and versions.version >= content.template_version
  order by versions.version
  limit 1;
  if used.template_id is not null then
    template.version := used.version;
    template.input_fields := used.input_fields;
    template.output_fields := used.output_fields;
  end if;
  return template;
end;
$$;
comment on function private.template_used is 'The template of a content with the fields of the version that it used.';

create function private.content_form(content public.contents)
returns jsonb
language sql
stable
set search_path = ''
as $$
  select template.input_fields || template.output_fields from private.template_used(content) as template;
$$;
comment on function private.content_form is 'The fields that a content has; null without a template.';

create function private.check_form(content public.contents, keys text[], level text)
returns void
language plpgsql
stable
set search_path = ''
as $$
declare
  problems jsonb;
begin
  if content.template_id is not null then
    problems := private.form_problems(private.content_form(content), content.fields, keys, content.brand_id, level);
  end if;
  if problems is not null then
    perform private.refuse(400, case level
      when 'complete' then 'the fields are not complete' else 'the fields do not fit the template'
    end, problems);
  end if;
end;
$$;
comment on function private.check_form is
'400 with what is wrong in the values of these keys: see private.value_problem.';

-- Still called so by the commands that submit and approve; it has come to ask for all that a complete content needs.
create or replace function private.check_required_fields(content public.contents)
returns void
language sql
stable
set search_path = ''
as $$
  select private.check_form(content, '{}', 'complete');
$$;

-- Of what models write: only that the template has the field, and that it is of the right kind.
create or replace function private.check_content_fields(template public.templates, fields jsonb)
returns void
language plpgsql
stable
set search_path = ''
as $$
declare
  problems jsonb := private.form_problems(
    template.input_fields || template.output_fields, fields, array(select jsonb_object_keys(fields)),
    template.brand_id, 'shape'
  );
begin
  if problems is not null then
    perform private.refuse(400, 'the fields do not fit the template', problems);
  end if;
end;
$$;

create function private.merged(old_values jsonb, new_values jsonb)
returns jsonb
language sql
immutable
parallel safe
set search_path = ''
as $$
  select (old_values || coalesce(new_values, '{}'))
    - array(select entry.key from jsonb_each(coalesce(new_values, '{}')) as entry where entry.value = 'null');
$$;
comment on function private.merged is 'By key, as a JSON merge patch (RFC 7396) on the first level: null takes away.';
