-- Create and update a content: one call, one transaction, under the caller's own policies.

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
  where key not in (select known.id from private.template_fields(template) as known);
  if problems is not null then
    perform private.refuse(400, 'the fields do not fit the template', problems);
  end if;
end;
$$;
grant execute on function private.check_content_fields to authenticated, service_role;

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
security invoker
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
    select * into template from public.templates where templates.id = template_id;
    if template.id is null or (template.brand_id is not null and template.brand_id <> brand_id) then
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
security invoker
set search_path = ''
as $$
declare
  current public.contents;
  template public.templates;
begin
  select * into current from public.contents where contents.id = content_id and contents.deleted_at is null;
  if current.id is null then
    perform private.refuse(404, 'content not found');
  end if;
  perform private.require_role(current.brand_id, 'editor', 'content');
  if changes ? 'fields' and current.template_id is not null then
    select * into template from public.templates where templates.id = current.template_id;
    perform private.check_content_fields(template, changes -> 'fields');
  end if;
  return query
    update public.contents
    set
      title = coalesce(changes ->> 'title', contents.title),
      fields = case when changes ? 'fields' then contents.fields || (changes -> 'fields') else contents.fields end,
      metadata = coalesce(changes -> 'metadata', contents.metadata),
      tags = case
        when changes ? 'tags' then array(select jsonb_array_elements_text(changes -> 'tags')) else contents.tags
      end
    where contents.id = content_id and contents.version = expected_version
    returning *;
  if not found then
    -- Read again: the version may have moved while this statement waited for the row.
    select * into current from public.contents where contents.id = content_id;
    perform private.refuse(412, 'the content was changed by someone else', jsonb_build_array(jsonb_build_object(
      'field', 'version', 'code', 'CONFLICT', 'message', current.version::text
    )));
  end if;
end;
$$;
comment on function public.update_content is
'Changes title, fields (merged by key), metadata or tags. 412 with the current version when another came first.';
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
