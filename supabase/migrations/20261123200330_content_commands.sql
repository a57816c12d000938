-- The commands on a content: each is one call and one transaction, checks the caller, and leaves a version and events.
--
-- Security definer, all of them: the privileges to write contents are granted to nobody, so that neither the checks
-- nor the version that an update must name can be gone around.

create function private.lock_content(content_id uuid)
returns public.contents
language plpgsql
volatile
set search_path = ''
as $$
declare
  content public.contents;
begin
  -- The right before the lock: a stranger must neither wait for the row nor make others wait.
  perform private.require_permission(
    (select contents.brand_id from public.contents where contents.id = content_id and contents.deleted_at is null),
    'content.read', 'content'
  );
  select * into content
  from public.contents
  where contents.id = content_id and contents.deleted_at is null
  for update;
  if content.id is null then
    perform private.refuse(404, 'content not found');
  end if;
  return content;
end;
$$;
comment on function private.lock_content(uuid) is
'The content, locked until the end of the transaction; 404 for those who may not read it.';

create function private.is_restricted(brand uuid, permission text)
returns boolean
language sql
stable
security definer -- reads a membership
set search_path = ''
as $$
  select exists (
    select from public.brand_members as member
    where
      member.user_id = auth.uid()
      and member.brand_id = is_restricted.brand
      and is_restricted.permission = any (member.restrictions)
  ) and not private.is_platform_admin();
$$;
comment on function private.is_restricted is
'Whether the caller''s membership denies this, which wins over every grant.';

create function private.may_on_content(content public.contents, permission text)
returns boolean
language sql
stable
set search_path = ''
as $$
  -- The matrix, then the two dynamic grants of domain §2: its creator, and who is asked to decide its current step.
  select case
    when not private.permits(content.brand_id, 'content.read') then false
    when private.is_restricted(content.brand_id, permission) then false
    when permission = 'content.edit' then
      (
        private.permits(content.brand_id, 'content.edit')
        and (content.created_by = auth.uid() or private.permits(content.brand_id, 'content.edit_others'))
      )
      or exists (
        select from public.workflow_tasks as task
        where task.content_id = content.id and task.assignee_id = auth.uid() and task.status = 'pending'
      )
    when permission = 'content.submit' then
      private.permits(content.brand_id, permission) or content.created_by = auth.uid()
    when permission = 'content.delete' then
      private.permits(content.brand_id, permission)
      or (content.created_by = auth.uid() and content.status = 'draft')
    else private.permits(content.brand_id, permission)
  end is true;
$$;
comment on function private.may_on_content is
'Whether the caller may do this to the content, by the matrix or by a dynamic grant.';

create function private.require_on_content(content public.contents, permission text)
returns void
language plpgsql
stable
set search_path = ''
as $$
begin
  if not private.may_on_content(content, permission) then
    perform private.refuse(403, format('this needs the permission %s in the brand', permission));
  end if;
end;
$$;
comment on function private.require_on_content is '403 unless the caller may do this to the content.';

create function private.transition_content(
  content public.contents,
  to_status public.content_status,
  change jsonb default '{}',
  scheduled_for timestamptz default null
)
returns void
language plpgsql
volatile
set search_path = ''
as $$
begin
  if not exists (
    select from private.content_status_transitions as transition
    where transition.from_status = content.status and transition.to_status = transition_content.to_status
  ) then
    perform private.refuse(409, format('a content that is %s cannot become %s', content.status, to_status));
  end if;
  perform private.describe_change(change);
  update public.contents set status = transition_content.to_status, scheduled_for = transition_content.scheduled_for
  where contents.id = content.id;
end;
$$;
comment on function private.transition_content is
'The one way from status to status: what private.content_status_transitions does not hold is refused with PT409.';

create function private.content_by_id(content_id uuid)
returns setof public.contents
language sql
stable
set search_path = ''
as $$
  select contents.* from public.contents where contents.id = content_by_id.content_id;
$$;

create or replace function private.check_version(content public.contents, expected_version integer)
returns void
language plpgsql
immutable
set search_path = ''
as $$
begin
  if content.version <> expected_version then
    perform private.refuse(412, 'the content was changed by someone else', jsonb_build_array(jsonb_build_object(
      'field', 'version', 'code', 'CONFLICT', 'message', content.version::text
    )));
  end if;
end;
$$;

create function private.check_content_type(brand uuid, content_type text)
returns void
language plpgsql
stable
set search_path = ''
as $$
declare
  allowed text [] := (select brands.allowed_content_types from public.brands where brands.id = brand);
begin
  if cardinality(allowed) > 0 and content_type <> all (allowed) then
    perform private.refuse(400, 'the brand does not allow this type', jsonb_build_array(jsonb_build_object(
      'field', 'type', 'code', 'INVALID_FORMAT', 'message', 'allowed types: ' || array_to_string(allowed, ', ')
    )));
  end if;
end;
$$;
comment on function private.check_content_type is '400 for a type that is not among those of the brand.';

drop function public.create_content(uuid, text, text, uuid, jsonb, jsonb, text[]);
create function public.create_content(
  brand_id uuid,
  title text,
  type text default null,
  template_id uuid default null,
  fields jsonb default '{}',
  metadata jsonb default '{}',
  tags text[] default '{}',
  body text default '',
  excerpt text default '',
  slug text default '',
  categories text[] default '{}',
  due_at timestamptz default null,
  expires_at timestamptz default null
)
returns setof public.contents
language plpgsql
volatile
security definer
set search_path = ''
as $$
#variable_conflict use_variable
declare
  template public.templates;
begin
  perform private.require_permission(brand_id, 'content.create');
  if template_id is not null then
    template := private.content_template(brand_id, template_id);
    if template.id is null then
      perform private.refuse(403, 'the template is neither global nor of this brand');
    end if;
    if not template.is_active then
      perform private.refuse(409, 'the template is not active');
    end if;
    perform private.check_content_fields(template, fields);
  end if;
  type := coalesce(type, template.content_type, 'article');
  perform private.check_content_type(brand_id, type);
  return query
    insert into public.contents (
      brand_id, title, type, template_id, template_version, fields, metadata, tags,
      body, excerpt, slug, categories, due_at, expires_at
    )
    values (
      brand_id, title, type, template_id, template.version, fields, metadata, tags,
      body, excerpt, slug, categories, due_at, expires_at
    )
    returning *;
end;
$$;
comment on function public.create_content is 'A new draft. 404 for strangers to the brand, 403 below editor.';
grant execute on function public.create_content to authenticated;

drop function public.update_content(uuid, integer, jsonb);
create function public.update_content(
  content_id uuid, expected_version integer, changes jsonb, is_autosave boolean default false, note text default ''
)
returns setof public.contents
language plpgsql
volatile
security definer
set search_path = ''
as $$
declare
  content public.contents := private.lock_content(content_id);
  changed public.contents;
begin
  perform private.require_on_content(content, 'content.edit');
  if expected_version is null then
    perform private.refuse(428, 'an update names the version that it saw');
  end if;
  perform private.check_version(content, expected_version);
  if content.status in ('scheduled', 'published', 'archived') then
    perform private.refuse(409, format('a content that is %s cannot be edited', content.status));
  end if;
  -- Only these columns; fields and metadata are merged by key, the rest is replaced.
  changed := jsonb_populate_record(content, jsonb_strip_nulls(jsonb_build_object(
    'title', changes -> 'title', 'body', changes -> 'body', 'excerpt', changes -> 'excerpt', 'slug', changes -> 'slug',
    'tags', changes -> 'tags', 'categories', changes -> 'categories'
  )));
  changed.fields := content.fields || coalesce(changes -> 'fields', '{}');
  changed.metadata := content.metadata || coalesce(changes -> 'metadata', '{}');
  if changes ? 'due_at' then
    changed.due_at := changes ->> 'due_at';
  end if;
  if changes ? 'expires_at' then
    changed.expires_at := changes ->> 'expires_at';
  end if;
  if changes ? 'fields' and content.template_id is not null then
    perform private.check_content_fields(
      private.content_template(content.brand_id, content.template_id), changes -> 'fields'
    );
  end if;
  -- A change that changes nothing makes no version, which would have no event to tell of it.
  if private.content_state(changed) is distinct from private.content_state(content) then
    perform private.describe_change(jsonb_build_object('is_autosave', is_autosave, 'note', left(note, 2000)));
    update public.contents
    set
      title = changed.title, fields = changed.fields, metadata = changed.metadata, tags = changed.tags,
      body = changed.body, excerpt = changed.excerpt, slug = changed.slug, categories = changed.categories,
      due_at = changed.due_at, expires_at = changed.expires_at
    where contents.id = content.id;
    perform private.void_approvals(content.id);
  end if;
  return query select * from private.content_by_id(content.id);
end;
$$;
comment on function public.update_content is
'Replaces what is named; fields and metadata are merged by key. 412 with the current version when another came first.';
grant execute on function public.update_content to authenticated;
