-- What happened to a content, and what it was after each change: each is one read.

create index domain_events_content_idx on public.domain_events ((payload ->> 'contentId'), id)
where payload ? 'contentId';

-- Security definer: reads the brand of a content that the caller may not see, to say that there is none.
create function private.require_visible_content(content_id uuid)
returns void
language plpgsql
stable
security definer
set search_path = ''
as $$
begin
  perform private.require_role(
    (select contents.brand_id from public.contents where contents.id = content_id and contents.deleted_at is null),
    'viewer', 'content'
  );
end;
$$;
comment on function private.require_visible_content is '404 for strangers to the content''s brand.';
grant execute on function private.require_visible_content to authenticated;

create function public.list_content_versions(content_id uuid)
returns table (version integer, action text, snapshot jsonb, created_by uuid, created_at timestamptz)
language plpgsql
stable
security invoker
set search_path = ''
as $$
#variable_conflict use_column
begin
  perform private.require_visible_content(list_content_versions.content_id);
  return query
    select versions.version, versions.action, versions.snapshot, versions.created_by, versions.created_at
    from public.content_versions as versions
    where versions.content_id = list_content_versions.content_id
    order by versions.version desc;
end;
$$;
comment on function public.list_content_versions is 'Newest first.';
grant execute on function public.list_content_versions to authenticated;

-- Security definer: the operators on JSON are not leakproof, so under row-level security PostgreSQL would read the
-- events of every brand instead of using the indexes. The caller is checked first.
create function public.list_content_history(content_id uuid)
returns table (
  id uuid, type text, aggregate_type text, aggregate_id uuid, aggregate_version integer,
  actor_id uuid, actor_name text, payload jsonb, request_id text, occurred_at timestamptz
)
language plpgsql
stable
security definer
set search_path = ''
as $$
#variable_conflict use_column
begin
  perform private.require_visible_content(list_content_history.content_id);
  return query
    select
      events.id, events.type, events.aggregate_type, events.aggregate_id, events.aggregate_version,
      events.actor_id, nullif(btrim(profiles.first_name || ' ' || profiles.last_name), ''),
      events.payload - 'changes', events.correlation_id, events.occurred_at
    from public.domain_events as events
    left join public.profiles on profiles.id = events.actor_id
    where
      events.aggregate_id = list_content_history.content_id
      or (events.payload ? 'contentId' and events.payload ->> 'contentId' = list_content_history.content_id::text)
    order by events.id;
end;
$$;
comment on function public.list_content_history is
'Oldest first: the events of the content, of its workflow runs and of its generations, with who acted.';
grant execute on function public.list_content_history to authenticated;
