create function public.list_watchers(content_id uuid, page_offset integer default 0, page_size integer default 20)
returns jsonb
language plpgsql
stable
security definer -- reads who watches
set search_path = ''
as $$
declare
  brand constant uuid := (select contents.brand_id from public.contents where contents.id = list_watchers.content_id);
begin
  perform private.require_visible_content(list_watchers.content_id);
  return (
    with watchers as (
      select watching.id from private.watchers_of(list_watchers.content_id) as watching (id)
      where private.is_active_member(watching.id, brand)
    ),
    page as (
      select watchers.id from watchers order by watchers.id
      offset greatest(page_offset, 0) limit least(greatest(page_size, 1), 100)
    )
    select jsonb_build_object(
      'items', coalesce((
        select jsonb_agg(person.document order by page.id)
        from page
        cross join lateral (select private.person_document(page.id, brand) as document) as person
        where person.document is not null
      ), '[]'),
      'total', (select count(*) from watchers)
    )
  );
end;
$$;
comment on function public.list_watchers is
'Lists who watches a content and is a member of its brand: {items: [{id, name}], total}. Requires content.read.';
grant execute on function public.list_watchers to authenticated;

create function public.read_watching(content_id uuid)
returns boolean
language plpgsql
stable
security definer -- reads who watches
set search_path = ''
as $$
begin
  perform private.require_visible_content(read_watching.content_id);
  return exists (
    select from private.watchers_of(read_watching.content_id) as watching (id) where watching.id = auth.uid()
  );
end;
$$;
comment on function public.read_watching is 'Whether the caller watches a content. Requires content.read.';
grant execute on function public.read_watching to authenticated;

create function public.set_watching(content_id uuid, is_watching boolean)
returns boolean
language plpgsql
volatile
security definer -- no API role may write who watches
set search_path = ''
as $$
begin
  perform private.require_functions();
  perform private.require_visible_content(set_watching.content_id);
  perform private.require_own_session();
  insert into private.content_watchers as watcher (content_id, user_id, brand_id, is_watching)
  select contents.id, auth.uid(), contents.brand_id, set_watching.is_watching
  from public.contents where contents.id = set_watching.content_id
  on conflict on constraint content_watchers_pkey do update set is_watching = excluded.is_watching;
  return set_watching.is_watching;
end;
$$;
comment on function public.set_watching is
'Makes the caller watch a content, or no longer, also where they made it or commented on it. Requires content.read.';
grant execute on function public.set_watching to authenticated;
