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

create function private.content_score(content public.contents)
returns jsonb
language plpgsql
stable
set search_path = ''
as $$
declare
  form jsonb := coalesce(private.content_form(content), '[]');
  hidden text [] := private.hidden_fields(form, content.fields);
  written text := private.visible_characters(content.body);
  words integer;
  has_image boolean;
  completeness numeric;
  quality numeric;
  compliance numeric := case when private.has_open_violations(content) then 0 else 100 end;
  alignment numeric := (
    select found.alignment from private.content_alignments as found where found.content_id = content.id
  );
begin
  select coalesce(100.0 * count(*) filter (where not private.is_blank(content.fields -> (field ->> 'id')))
    / nullif(count(*), 0), 100)
  into completeness
  from jsonb_array_elements(form) as field
  where (field ->> 'required')::boolean and field ->> 'id' <> all (hidden);
  select
    private.word_count(written || ' ' || coalesce(string_agg(private.visible_characters(entry.value #>> '{}'), ' ')
      filter (where field ->> 'type' in ('rich_text', 'html', 'plain_text', 'long_text')), '')),
    coalesce(bool_or(field ->> 'type' = 'image' and not private.is_blank(entry.value)), false)
      or not private.is_blank(content.metadata -> 'ogImage')
  into words, has_image
  from jsonb_each(content.fields) as entry
  left join jsonb_array_elements(form) as field on field ->> 'id' = entry.key;
  quality := greatest(0, 100
    - case when words < 50 then 30 when words < 100 then 15 else 0 end
    - case when private.is_blank(content.metadata -> 'metaDescription') then 10 else 0 end
    - case when private.is_blank(content.metadata -> 'metaTitle') then 10 else 0 end
    - case when has_image then 0 else 10 end);
  return jsonb_build_object(
    'completeness', round(completeness, 1), 'quality', quality, 'compliance', compliance, 'alignment', alignment,
    -- Until a model has assessed the alignment, the other parts are the whole.
    'score', round(
      (0.3 * completeness + 0.3 * quality + 0.2 * compliance + coalesce(0.2 * alignment, 0))
      / case when alignment is null then 0.8 else 1 end, 1
    )
  );
end;
$$;
comment on function private.content_score is
'{completeness, quality, compliance, alignment, score}, each 0 to 100 (domain §3); alignment null until assessed.';

create or replace function private.stamp_content()
returns trigger
language plpgsql
set search_path = ''
as $$
declare
  change jsonb := private.described_change();
  is_edited boolean;
begin
  if tg_op = 'INSERT' then
    new.status := 'draft';
    new.version := 1;
    new.major_version := 1;
    new.minor_version := 0;
    new.created_by := auth.uid();
    new.created_at := now();
    new.published_at := null;
    new.published_by := null;
    new.deleted_at := null;
    new.due_at := coalesce(new.due_at, now() + interval '21 days');
    new.slug := private.claim_slug(
      new.brand_id, new.id, coalesce(nullif(new.slug, ''), private.slugify(new.title)), new.slug <> ''
    );
  else
    if new.brand_id <> old.brand_id then
      perform private.refuse(403, 'nothing moves from one brand to another');
    end if;
    new.id := old.id;
    new.created_by := old.created_by;
    new.created_at := old.created_at;
    if (new.views, new.shares, new.score) is distinct from (old.views, old.shares, old.score)
      and to_jsonb(new) - private.counters() = to_jsonb(old) - private.counters()
    then
      return new; -- counters alone are no change of the content
    end if;
    new.version := old.version + 1;
    is_edited := private.edited_part(private.content_state(new)) <> private.edited_part(private.content_state(old));
    if is_edited and old.status in ('scheduled', 'published', 'archived') then
      perform private.refuse(409, format('a content that is %s cannot be edited', old.status));
    end if;
    if is_edited and old.status = 'approved' and new.status = 'approved' then
      new.status := 'draft'; -- what was approved is no longer what stands here (domain §3)
    end if;
    if new.status <> old.status and not exists (
      select
      from private.content_status_transitions as transition
      where transition.from_status = old.status and transition.to_status = new.status
    ) then
      perform private.refuse(409, format('a content cannot go from %s to %s', old.status, new.status));
    end if;
    if new.status = 'published' and old.status <> 'published' then
      new.published_at := now();
      new.published_by := auth.uid();
    end if;
    if new.status <> 'scheduled' then
      new.scheduled_for := null;
    end if;
    if new.slug <> old.slug then
      new.slug := private.claim_slug(new.brand_id, new.id, new.slug, true);
    end if;
    if new.status <> old.status or change ->> 'is_autosave' = 'true' then
      new.minor_version := old.minor_version + 1;
    else
      new.major_version := old.major_version + 1;
      new.minor_version := 0;
    end if;
  end if;
  new.score := private.content_score(new) ->> 'score';
  new.updated_by := auth.uid();
  new.updated_at := now();
  return new;
end;
$$;

create or replace function private.rebuild_content(content_id uuid)
returns public.contents
language plpgsql
stable
set search_path = ''
as $$
declare
  content public.contents;
  event public.domain_events;
begin
  for event in
    select events.*
    from public.domain_events as events
    where events.aggregate_id = rebuild_content.content_id and events.payload ? 'changes'
    order by events.aggregate_version, events.id
  loop
    if event.type = 'ContentCreated' then
      content.created_by := event.actor_id;
      content.created_at := event.payload ->> 'at';
      content.assignees := '{}'; -- events of before there were any do not name them
    end if;
    content := jsonb_populate_record(content, event.payload -> 'changes');
    content.id := event.aggregate_id;
    content.brand_id := event.brand_id;
    content.version := event.aggregate_version;
    content.major_version := event.payload ->> 'major';
    content.minor_version := event.payload ->> 'minor';
    content.updated_by := event.actor_id;
    content.updated_at := event.payload ->> 'at';
  end loop;
  content.views := 0;
  content.shares := 0;
  content.score := private.content_score(content) ->> 'score';
  return content;
end;
$$;

-- Security definer: what the contents say is copied whoever changes them.
create function private.copy_assignees()
returns trigger
language plpgsql
security definer
set search_path = ''
as $$
begin
  delete from public.content_assignees as former
  where former.content_id = new.id and former.user_id <> all (new.assignees);
  insert into public.content_assignees (content_id, user_id, brand_id)
  select new.id, person, new.brand_id from unnest(new.assignees) as person
  on conflict do nothing;
  return null;
end;
$$;
create trigger copy_assignees_of_new
after insert on public.contents
for each row when (new.assignees <> '{}') execute function private.copy_assignees();
create trigger copy_assignees
after update of assignees on public.contents
for each row when (new.assignees <> old.assignees) execute function private.copy_assignees();

create function private.drop_assignee()
returns trigger
language plpgsql
security definer -- who leaves a brand leaves its contents, whoever sent them away
set search_path = ''
as $$
begin
  update public.contents set assignees = array_remove(contents.assignees, old.user_id)
  where contents.id = old.content_id and old.user_id = any (contents.assignees);
  return null;
end;
$$;
create trigger drop_assignee
after delete on public.content_assignees
for each row execute function private.drop_assignee();

-- Those who were assigned before: no change of theirs.
alter table public.contents disable trigger user;
update public.contents
set
  assignees = array(
    select assignee.user_id from public.content_assignees as assignee
    where assignee.content_id = contents.id
    order by assignee.user_id
  ),
  score = (private.content_score(contents) ->> 'score')::numeric;
alter table public.contents enable trigger user;

create function private.rescore_content()
returns trigger
language plpgsql
security definer -- the score is nobody's to write
set search_path = ''
as $$
begin
  update public.contents set score = (private.content_score(contents) ->> 'score')::numeric
  where contents.id = new.content_id;
  return null;
end;
$$;
create trigger rescore_content
after insert or update on public.claim_reviews
for each row when (new.content_id is not null) execute function private.rescore_content();
create trigger rescore_content
after insert or update on private.content_alignments
for each row execute function private.rescore_content();

create function public.record_alignment(content_id uuid, content_version integer, alignment numeric)
returns void
language sql
volatile
security definer -- private is closed to the service as well
set search_path = ''
as $$
  insert into private.content_alignments (content_id, brand_id, content_version, alignment)
  select contents.id, contents.brand_id, record_alignment.content_version, record_alignment.alignment
  from public.contents
  where contents.id = record_alignment.content_id
  on conflict (content_id) do update
    set
      content_version = excluded.content_version, alignment = excluded.alignment, assessed_at = now();
$$;
comment on function public.record_alignment is 'For the service: how well a content speaks as its brand, 0 to 100.';
grant execute on function public.record_alignment to service_role;

create function public.score_content(content_id uuid)
returns jsonb
language plpgsql
stable
security definer -- reads claims reviews and templates for whoever may read the content
set search_path = ''
as $$
declare
  content public.contents;
begin
  perform private.require_visible_content(content_id);
  select * into content from public.contents where contents.id = score_content.content_id;
  return private.content_score(content);
end;
$$;
comment on function public.score_content is 'The parts of a content''s score and what they come to: see domain §3.';
grant execute on function public.score_content to authenticated;
