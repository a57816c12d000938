create function private.unversioned_columns()
returns text[]
language plpgsql
immutable
parallel safe
set search_path = ''
as $$
begin
  return array['views', 'shares', 'score'];
end;
$$;
comment on function private.unversioned_columns is
'Lists the columns of contents that are counted or computed. They are no part of versions and events, and an update of
them alone makes no version.';

create function private.content_state(content public.contents)
returns jsonb
language plpgsql
stable
set search_path = ''
set timezone = 'UTC'
as $$
begin
  -- Excludes columns instead of listing them, so that a column that is added later is part of the state.
  return to_jsonb(content) - (private.unversioned_columns() || array[
    'id', 'brand_id', 'version', 'major_version', 'minor_version', 'created_by', 'created_at', 'updated_by',
    'updated_at'
  ]);
end;
$$;
comment on function private.content_state is
'Returns the part of a content that its versions keep and its events carry.';
grant execute on function private.content_state to authenticated, service_role;

create function private.edited_part(state jsonb)
returns jsonb
language plpgsql
immutable
parallel safe
set search_path = ''
as $$
begin
  -- Without the provenance and the kinds of texts: two states with the same texts are the same to those who approved or
  -- checked them, also where one of them is older than these columns.
  return state - array[
    'status', 'published_at', 'published_by', 'scheduled_for', 'deleted_at', 'due_at', 'expires_at', 'assignees',
    'provenance', 'plain_texts'
  ];
end;
$$;
comment on function private.edited_part is
'Returns the part of a content''s state that people write. A change of this part voids approvals.';
grant execute on function private.edited_part to authenticated, service_role;

create function private.is_edited(former public.contents, changed public.contents)
returns boolean
language plpgsql
immutable
set search_path = ''
as $$
declare
  unedited public.contents := changed;
begin
  -- As edited_part and content_state, without making JSON of both rows: columns that are not named here are compared.
  unedited.id := former.id;
  unedited.brand_id := former.brand_id;
  unedited.version := former.version;
  unedited.major_version := former.major_version;
  unedited.minor_version := former.minor_version;
  unedited.created_by := former.created_by;
  unedited.created_at := former.created_at;
  unedited.updated_by := former.updated_by;
  unedited.updated_at := former.updated_at;
  unedited.views := former.views;
  unedited.shares := former.shares;
  unedited.score := former.score;
  unedited.status := former.status;
  unedited.published_at := former.published_at;
  unedited.published_by := former.published_by;
  unedited.scheduled_for := former.scheduled_for;
  unedited.deleted_at := former.deleted_at;
  unedited.due_at := former.due_at;
  unedited.expires_at := former.expires_at;
  unedited.assignees := former.assignees;
  unedited.provenance := former.provenance;
  unedited.plain_texts := former.plain_texts;
  return unedited is distinct from former;
end;
$$;
comment on function private.is_edited is
'Whether two states of a content differ in what people write: whether their edited_part differs.';

create function private.page_of(content public.contents)
returns private.content_page
language plpgsql
immutable
set search_path = ''
as $$
declare
  page private.content_page;
begin
  page.ids := array[content.id];
  page.brands := array[content.brand_id];
  page.types := array[content.type];
  page.statuses := array[content.status];
  page.creators := array[content.created_by];
  page.expiries := array[content.expires_at];
  page.deletions := array[content.deleted_at];
  return page;
end;
$$;
comment on function private.page_of is 'Returns the part of a content that its rules look at, as a page of one.';

create function private.require_editable(content public.contents)
returns void
language plpgsql
stable
set search_path = ''
as $$
begin
  if not private.is_editable(content.status) then
    perform private.refuse(409, format('a content that is %s cannot be edited', content.status));
  end if;
end;
$$;
comment on function private.require_editable is 'Refuses with 409 where the status of a content bars edits.';

create function private.is_transition(from_status text, to_status text)
returns boolean
language plpgsql
stable
set search_path = ''
as $$
begin
  return exists (
    select from private.content_status_transitions as transition
    where transition.from_status = is_transition.from_status and transition.to_status = is_transition.to_status
  );
end;
$$;
comment on function private.is_transition is 'Whether the status machine of domain §3 knows this change of status.';

create function private.rebuild_content(content_id uuid)
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
      content.created_at := private.as_instant(event.payload ->> 'at');
      -- Events that are older than these columns do not name them.
      content.assignees := '{}';
      content.provenance := '{}';
      content.markup_version := 0;
      content.plain_texts := '{}';
    end if;
    content := jsonb_populate_record(content, event.payload -> 'changes');
    content.id := event.aggregate_id;
    content.brand_id := event.brand_id;
    content.version := event.aggregate_version;
    content.major_version := event.payload ->> 'major';
    content.minor_version := event.payload ->> 'minor';
    content.updated_by := event.actor_id;
    content.updated_at := private.as_instant(event.payload ->> 'at');
  end loop;
  content.views := 0;
  content.shares := 0;
  content.score := private.content_score(content) ->> 'score';
  return content;
end;
$$;
comment on function private.rebuild_content is
'Rebuilds a content from its events alone. Views and shares, which have no events, are 0.';
