create function private.described_change()
returns jsonb
language plpgsql
stable
set search_path = ''
as $$
begin
  return coalesce(nullif(current_setting('mixerai.change', true), ''), '{}')::jsonb;
end;
$$;
comment on function private.described_change is 'Returns what private.describe_change said of the current change.';
grant execute on function private.described_change to authenticated, service_role;

create function private.describe_change(change jsonb)
returns text
language plpgsql
volatile
set search_path = ''
as $$
begin
  return set_config('mixerai.change', change::text, true);
end;
$$;
comment on function private.describe_change is
'Describes the next change of a content in this transaction, for its version and events:
{action, note, feedback, step_name, is_autosave}. No API role may call it. Returns the description.';

create function private.version_action(former public.contents, changed public.contents, change jsonb)
returns text
language plpgsql
immutable
set search_path = ''
as $$
begin
  return coalesce(change ->> 'action', case
    when changed.status <> former.status and changed.status in ('approved', 'rejected') then changed.status::text
    when changed.status <> former.status then 'status_changed'
    when changed.deleted_at is not null and former.deleted_at is null then 'deleted'
    when change ->> 'is_autosave' = 'true' then 'autosave'
    else 'saved'
  end);
end;
$$;
comment on function private.version_action is
'Names what made a version: the action that the command described, or else what changed. former: null for a new one.';

create function private.append_content_event(content public.contents, event_type text, details jsonb)
returns uuid
language plpgsql
volatile
set search_path = ''
as $$
begin
  return private.append_event(
    content.brand_id, 'content', content.id, event_type, jsonb_build_object('title', content.title) || details,
    content.version
  );
end;
$$;
comment on function private.append_content_event is 'Appends an event of a content, with its title; returns its id.';

create function private.append_change_events(
  former public.contents, changed public.contents, changes jsonb, names jsonb, reason text
)
returns uuid
language plpgsql
volatile
set search_path = ''
as $$
declare
  status_changed constant boolean := changed.status <> former.status;
  edited constant jsonb := case when status_changed then private.edited_part(changes) else changes end;
  stamps constant jsonb := jsonb_build_object(
    'at', now(), 'major', changed.major_version, 'minor', changed.minor_version
  );
  event_id uuid;
begin
  if edited <> '{}' or not status_changed then
    event_id := private.append_content_event(
      changed,
      case
        when changed.deleted_at is not null and former.deleted_at is null then 'ContentDeleted' else 'ContentUpdated'
      end,
      jsonb_build_object('changed', names, 'changes', edited) || stamps
    );
  end if;
  if status_changed then
    event_id := private.append_content_event(changed, 'ContentStatusChanged', jsonb_build_object(
      'from', former.status, 'to', changed.status, 'reason', reason, 'changes', changes
    ) || stamps);
  end if;
  if status_changed and changed.status = 'published' then
    event_id := private.append_content_event(changed, 'ContentPublished', jsonb_build_object(
      'publishedAt', changed.published_at, 'publishedBy', changed.published_by
    ));
  end if;
  return event_id;
end;
$$;
comment on function private.append_change_events is
'Appends the events of an update: one for an edit, one for a change of status, one more for a publication. names: the
columns of the changes, sorted. Returns the id of the last event.';

create function private.record_content_change()
returns trigger
language plpgsql
security definer -- writes versions and events, which nobody may write by themselves
set search_path = ''
as $$
declare
  change jsonb;
  state jsonb;
  former_state jsonb;
  changes jsonb;
  names jsonb;
  described text;
  event_id uuid;
begin
  if tg_op = 'UPDATE' and new.version = old.version then
    return null; -- an update of unversioned columns
  end if;
  change := private.described_change();
  state := private.content_state(new);
  event_id := private.store_version(new, state, private.version_action(old, new, change), change);
  described := private.describe_change('{}');
  -- Events carry the changes themselves, so that the log alone gives the row again (private.rebuild_content).
  if tg_op = 'INSERT' then
    event_id := private.append_content_event(new, 'ContentCreated', jsonb_build_object(
      'status', new.status, 'changes', state, 'at', now(), 'major', new.major_version, 'minor', new.minor_version
    ));
    return null;
  end if;
  former_state := private.content_state(old);
  select coalesce(jsonb_object_agg(entry.key, entry.value), '{}'), jsonb_agg(entry.key order by entry.key)
  into changes, names
  from jsonb_each(state) as entry
  where entry.value is distinct from former_state -> entry.key;
  event_id := private.append_change_events(old, new, changes, names, nullif(change ->> 'feedback', ''));
  -- Autosaves are many, and nobody waits to hear of one.
  if change ->> 'is_autosave' = 'true' and new.status = old.status then
    described := private.announce_work(is_urgent => false);
  end if;
  return null;
end;
$$;
comment on function private.record_content_change is 'Keeps a version and appends events for each change of a content.';
