create function private.store_version(content public.contents, state jsonb, action text, change jsonb)
returns uuid
language plpgsql
volatile
set search_path = ''
as $$
declare
  author constant uuid := content.updated_by; -- the caller, as stamp_content has written
  version_id constant uuid := private.uuid_v7();
begin
  insert into public.content_versions (
    id, brand_id, content_id, version, major_version, minor_version, action, snapshot, note, feedback, step_name,
    reviewer_id, created_by
  )
  values (
    version_id, content.brand_id, content.id, content.version, content.major_version, content.minor_version,
    store_version.action, state, coalesce(change ->> 'note', ''), coalesce(change ->> 'feedback', ''),
    change ->> 'step_name', case when change ? 'step_name' then author end, author
  );
  -- Autosaves beyond the latest ten are dropped; all other versions stay (domain §3).
  if store_version.action = 'autosave' then
    delete from public.content_versions
    where content_versions.id in (
      select autosaves.id
      from public.content_versions as autosaves
      where autosaves.content_id = content.id and autosaves.action = 'autosave'
      order by autosaves.version desc
      offset 10
    );
  end if;
  return version_id;
end;
$$;
comment on function private.store_version is
'Keeps a state of a content as a version, with the description of the change that made it; returns the id of the
version.';

create function private.refuse_version_change()
returns trigger
language plpgsql
set search_path = ''
as $$
begin
  raise exception using errcode = 'PT409', message = 'a version is never changed';
end;
$$;
comment on function private.refuse_version_change is 'Refuses every update of a version with 409.';

create function public.save_version(content_id uuid, expected_version integer default null, note text default '')
returns setof private.content_details
language plpgsql
volatile
security definer -- nobody may write contents by themselves
set search_path = ''
as $$
declare
  content public.contents;
begin
  perform private.require_functions();
  content := private.lock_content(content_id);
  perform private.require_action(content, 'edit', expected_version);
  perform private.describe_change(jsonb_build_object('action', 'saved', 'note', left(note, 2000)));
  update public.contents set title = content.title where contents.id = content.id;
  return query select * from private.content_answer(content.id);
end;
$$;
comment on function public.save_version is 'Saves the present content as a new major version with a note.';
grant execute on function public.save_version to authenticated, service_role;

create function public.restore_version(
  content_id uuid, version integer, expected_version integer default null
)
returns setof private.content_details
language plpgsql
volatile
security definer -- nobody may write contents by themselves
set search_path = ''
as $$
declare
  content public.contents;
  restored public.contents;
  snapshot jsonb;
begin
  perform private.require_functions();
  content := private.lock_content(content_id);
  perform private.require_action(content, 'restoreVersion', expected_version);
  select versions.snapshot into snapshot
  from public.content_versions as versions
  where versions.content_id = content.id and versions.version = restore_version.version;
  if snapshot is null then
    perform private.refuse(404, 'version not found');
  end if;
  -- Without the slug: another content may hold it by now, and an address is not part of the text.
  restored := jsonb_populate_record(content, private.edited_part(snapshot) - array[
    'template_id', 'template_version', 'parent_id', 'slug'
  ]);
  -- A version that is older than these columns has none: its texts were sanitised as HTML.
  restored.provenance := coalesce(snapshot -> 'provenance', '{}');
  restored.plain_texts := array(
    select jsonb_array_elements_text(coalesce(snapshot -> 'plain_texts', '[]'))
  );
  if restored is distinct from content then
    perform private.check_content_type(content.brand_id, restored.type);
    perform private.describe_change(jsonb_build_object('action', 'restored', 'note', 'restored version ' || version));
    update public.contents
    set
      title = restored.title, fields = restored.fields, metadata = restored.metadata, tags = restored.tags,
      body = restored.body, excerpt = restored.excerpt, categories = restored.categories, type = restored.type,
      provenance = restored.provenance, plain_texts = restored.plain_texts
    where contents.id = content.id;
    perform private.void_approvals(content.id);
  end if;
  return query select * from private.content_answer(content.id);
end;
$$;
comment on function public.restore_version is
'Restores the text of an earlier version as a new version; history stays.';
grant execute on function public.restore_version to authenticated, service_role;

create function public.get_version(content_id uuid, versions integer[])
returns jsonb
language plpgsql
stable
security definer -- tells strangers to the brand that there is no such content
set search_path = ''
as $$
begin
  perform private.require_visible_content(get_version.content_id);
  return (
    with matching as (
      select found.*
      from public.content_versions as found
      where found.content_id = get_version.content_id and found.version = any (get_version.versions)
    )
    select jsonb_build_object(
      'items', coalesce((select jsonb_agg(to_jsonb(matching) order by matching.version) from matching), '[]'),
      'people', private.people_named(array(
        select unnest(array[matching.created_by, matching.reviewer_id]) from matching
      ))
    )
  );
end;
$$;
comment on function public.get_version is
'Returns the versions of a content with these numbers, each with its snapshot, and the names of their people by id:
{items, people}.';
grant execute on function public.get_version to authenticated, service_role;

create function public.list_content_versions(
  content_id uuid, page_offset integer default 0, page_size integer default 20
)
returns jsonb
language plpgsql
stable
security definer -- tells strangers to the brand that there is no such content
set search_path = ''
as $$
begin
  perform private.require_visible_content(list_content_versions.content_id);
  return (
    with matching as (
      select
        versions.version, versions.major_version, versions.minor_version, versions.action,
        versions.snapshot ->> 'title' as title, versions.snapshot ->> 'status' as status, versions.note,
        versions.feedback, versions.step_name, versions.reviewer_id, versions.created_by, versions.created_at
      from public.content_versions as versions
      where versions.content_id = list_content_versions.content_id
      order by versions.version desc
      offset page_offset limit least(greatest(page_size, 1), 100)
    )
    select jsonb_build_object(
      'items', coalesce((select jsonb_agg(to_jsonb(matching) order by matching.version desc) from matching), '[]'),
      'total', (
        select count(*) from public.content_versions as all_versions
        where all_versions.content_id = list_content_versions.content_id
      ),
      'people', private.people_named(array(
        select unnest(array[matching.created_by, matching.reviewer_id]) from matching
      ))
    )
  );
end;
$$;
comment on function public.list_content_versions is
'Lists the versions of a content, newest first, without their snapshots: {items, total, people}.';
grant execute on function public.list_content_versions to authenticated, service_role;
