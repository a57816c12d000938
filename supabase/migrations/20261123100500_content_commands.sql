-- Create and update a content: one call, one transaction.
--
-- Security definer, all of them: the privileges to write contents are granted to nobody, so that neither the
-- checks below nor the version that an update must name can be gone around. Each checks the caller first.

create function private.lock_content(content_id uuid, least_role public.brand_role default 'viewer')
returns public.contents
language plpgsql
volatile
set search_path = ''
as $$
declare
  content public.contents;
begin
  -- The role before the lock: a stranger must neither wait for the row nor make others wait.
  perform private.require_role(
    (select contents.brand_id from public.contents where contents.id = content_id and contents.deleted_at is null),
    least_role, 'content'
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
comment on function private.lock_content is
'The content, locked until the end of the transaction; 404 for strangers to its brand, 403 below the role.';

create function private.check_version(content public.contents, expected_version integer)
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
comment on function private.check_version is '412 with the current version unless it is the expected one, or none is.';

create function private.content_template(content_brand uuid, template_id uuid)
returns public.templates
language sql
stable
set search_path = ''
as $$
  select templates.*
  from public.templates
  where
    templates.id = content_template.template_id
    and (templates.brand_id is null or templates.brand_id = content_template.content_brand);
$$;
comment on function private.content_template is 'The template if it is global or of the same brand, whoever asks.';

create function private.check_content_fields(template public.templates, fields jsonb)
returns void
language plpgsql
stable
set search_path = ''
as $$
declare
  problems jsonb;
begin
  select jsonb_agg(jsonb_build_object(
    'field', 'fields.' || key, 'code', 'INVALID_FORMAT', 'message', 'the template has no such field'
  )) into problems
  from jsonb_object_keys(fields) as key
  where not exists (select 1 from private.template_fields(template) as known where known.id = key);
  if problems is not null then
    perform private.refuse(400, 'the fields do not fit the template', problems);
  end if;
end;
$$;

create function public.create_content(
  brand_id uuid,
  title text,
  type text default null,
  template_id uuid default null,
  fields jsonb default '{}',
  metadata jsonb default '{}',
  tags text[] default '{}'
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
  allowed_types text [];
begin
  perform private.require_role(brand_id, 'editor');
  select brands.allowed_content_types into allowed_types from public.brands where brands.id = brand_id;
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
  if cardinality(allowed_types) > 0 and type <> all (allowed_types) then
    perform private.refuse(400, 'the brand does not allow this type', jsonb_build_array(jsonb_build_object(
      'field', 'type', 'code', 'INVALID_FORMAT',
      'message', 'allowed types: ' || array_to_string(allowed_types, ', ')
    )));
  end if;
  return query
    insert into public.contents (brand_id, title, type, template_id, template_version, fields, metadata, tags)
    values (brand_id, title, type, template_id, template.version, fields, metadata, tags)
    returning *;
end;
$$;
comment on function public.create_content is 'A new draft. 404 for strangers to the brand, 403 below editor.';
grant execute on function public.create_content to authenticated;

create function public.update_content(content_id uuid, expected_version integer, changes jsonb)
returns setof public.contents
language plpgsql
volatile
security definer
set search_path = ''
as $$
declare
  content public.contents := private.lock_content(content_id, 'editor');
  changed public.contents := content;
begin
  if expected_version is null then
    perform private.refuse(428, 'an update names the version that it saw');
  end if;
  perform private.check_version(content, expected_version);
  changed.title := coalesce(changes ->> 'title', content.title);
  changed.fields := content.fields || coalesce(changes -> 'fields', '{}');
  changed.metadata := content.metadata || coalesce(changes -> 'metadata', '{}');
  if changes ? 'tags' then
    changed.tags := array(select jsonb_array_elements_text(changes -> 'tags'));
  end if;
  if changes ? 'fields' and content.template_id is not null then
    perform private.check_content_fields(
      private.content_template(content.brand_id, content.template_id), changes -> 'fields'
    );
  end if;
  -- A change that changes nothing makes no version, which would have no event to tell of it.
  if private.content_state(changed) is distinct from private.content_state(content) then
    update public.contents
    set title = changed.title, fields = changed.fields, metadata = changed.metadata, tags = changed.tags
    where contents.id = content.id;
    perform private.void_approvals(content.id);
  end if;
  return query select contents.* from public.contents where contents.id = content.id;
end;
$$;
comment on function public.update_content is
'Changes title or tags, merges fields and metadata by key. 412 with the current version when another came first.';
grant execute on function public.update_content to authenticated;

-- Security definer: full-text operators are not leakproof, so under row-level security PostgreSQL would
-- not use the index. The function takes the caller's brands itself and filters by them first.
create function public.search_contents(query text, brand uuid default null, max_results integer default 20)
returns table (
  id uuid, brand_id uuid, title text, type text, status public.content_status, updated_at timestamptz, rank real
)
language sql
stable
security definer
set search_path = ''
as $$
  select contents.id, contents.brand_id, contents.title, contents.type, contents.status, contents.updated_at,
    ts_rank(
      '{0.1, 0.3, 0.6, 1.0}',
      private.content_search_vector(contents.title, contents.metadata, contents.tags, contents.fields), terms
    ) as rank
  from public.contents
  cross join websearch_to_tsquery('simple', search_contents.query) as terms
  where
    contents.brand_id in (select private.brand_ids('viewer'))
    and (search_contents.brand is null or contents.brand_id = search_contents.brand)
    and contents.deleted_at is null
    and private.content_search_vector(contents.title, contents.metadata, contents.tags, contents.fields) @@ terms
  order by rank desc, contents.id
  limit least(greatest(search_contents.max_results, 1), 100);
$$;
comment on function public.search_contents is 'Full-text search over the contents of the caller''s own brands.';
grant execute on function public.search_contents to authenticated;
