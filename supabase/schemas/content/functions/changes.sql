create function private.described_change()
returns jsonb
language sql
stable
set search_path = ''
as $$
  select coalesce(nullif(current_setting('mixerai.change', true), ''), '{}')::jsonb;
$$;
comment on function private.described_change is 'Returns what private.describe_change said of the current change.';
grant execute on function private.described_change to authenticated, service_role;

create function private.describe_change(change jsonb)
returns void
language sql
volatile
set search_path = ''
as $$
  select set_config('mixerai.change', change::text, true);
$$;
comment on function private.describe_change is
'Describes the next change of a content in this transaction, for its version and events:
{action, note, feedback, step_name, is_autosave}. No API role may call it.';

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
returns void
language plpgsql
volatile
set search_path = ''
as $$
begin
  perform private.append_event(
    content.brand_id, 'content', content.id, event_type, jsonb_build_object('title', content.title) || details,
    content.version
  );
end;
$$;
comment on function private.append_content_event is 'Appends an event of a content, with its title.';

create function private.append_change_events(
  former public.contents, changed public.contents, changes jsonb, reason text
)
returns void
language plpgsql
volatile
set search_path = ''
as $$
declare
  status_changed constant boolean := changed.status <> former.status;
  stamps constant jsonb := jsonb_build_object(
    'at', now(), 'major', changed.major_version, 'minor', changed.minor_version
  );
begin
  if private.edited_part(changes) <> '{}' or not status_changed then
    perform private.append_content_event(
      changed,
      case
        when changed.deleted_at is not null and former.deleted_at is null then 'ContentDeleted' else 'ContentUpdated'
      end,
      jsonb_build_object(
        'changed', (select jsonb_agg(key order by key) from jsonb_object_keys(changes) as key),
        'changes', case when status_changed then private.edited_part(changes) else changes end
      ) || stamps
    );
  end if;
  if status_changed then
    perform private.append_content_event(changed, 'ContentStatusChanged', jsonb_build_object(
      'from', former.status, 'to', changed.status, 'reason', reason, 'changes', changes
    ) || stamps);
  end if;
  if status_changed and changed.status = 'published' then
    perform private.append_content_event(changed, 'ContentPublished', jsonb_build_object(
      'publishedAt', changed.published_at, 'publishedBy', changed.published_by
    ));
  end if;
end;
$$;
comment on function private.append_change_events is
'Appends the events of an update: one for an edit, one for a change of status, one more for a publication.';

create function private.record_content_change()
returns trigger
language plpgsql
security definer -- writes versions and events, which nobody may write by themselves
set search_path = ''
as $$
declare
  change constant jsonb := private.described_change();
  state constant jsonb := private.content_state(new);
  former_state constant jsonb := case when tg_op = 'UPDATE' then private.content_state(old) else '{}' end;
  changes jsonb;
begin
  if tg_op = 'UPDATE' and new.version = old.version then
    return null; -- an update of unversioned columns
  end if;
  select coalesce(jsonb_object_agg(entry.key, entry.value), '{}') into changes
  from jsonb_each(state) as entry
  where entry.value is distinct from former_state -> entry.key;

  perform private.store_version(new, state, private.version_action(old, new, change), change);
  perform private.describe_change('{}');
  -- Events carry the changes themselves, so that the log alone gives the row again (private.rebuild_content).
  if tg_op = 'INSERT' then
    perform private.append_content_event(new, 'ContentCreated', jsonb_build_object(
      'status', new.status, 'changes', changes, 'at', now(), 'major', new.major_version, 'minor', new.minor_version
    ));
  else
    perform private.append_change_events(old, new, changes, nullif(change ->> 'feedback', ''));
  end if;
  return null;
end;
$$;
comment on function private.record_content_change is 'Keeps a version and appends events for each change of a content.';
