create function private.stamp_new_content()
returns trigger
language plpgsql
set search_path = ''
as $$
begin
  new.status := 'draft';
  new.version := 1;
  new.major_version := 1;
  new.minor_version := 0;
  new.published_at := null;
  new.published_by := null;
  new.deleted_at := null;
  new.due_at := coalesce(new.due_at, now() + interval '21 days');
  new.slug := private.claim_slug(
    new.brand_id, new.id, coalesce(nullif(new.slug, ''), private.slugify(new.title)), new.slug <> '', is_new => true
  );
  new.score := private.new_score(new);
  new.created_by := auth.uid();
  new.created_at := now();
  new.updated_by := new.created_by;
  new.updated_at := now();
  return new;
end;
$$;
comment on function private.stamp_new_content is
'Makes every new content a draft of version 1 with a slug, whatever the client sent.';

create function private.refuse_schedule(former public.contents, changed public.contents)
returns void
language plpgsql
stable
set search_path = ''
as $$
declare
  is_rescheduled constant boolean := (changed.status, changed.scheduled_for)
    is distinct from (former.status, former.scheduled_for);
  form constant text := 'YYYY-MM-DD"T"HH24:MI:SS"Z"';
begin
  perform private.refuse(400, 'a content is published before it expires', jsonb_build_array(case
    when is_rescheduled then jsonb_build_object(
      'field', 'scheduledFor', 'code', 'INVALID_FORMAT',
      'message', 'must be earlier than expiresAt, ' || to_char(changed.expires_at at time zone 'UTC', form)
    )
    else jsonb_build_object(
      'field', 'expiresAt', 'code', 'INVALID_FORMAT',
      'message', 'must be later than scheduledFor, ' || to_char(changed.scheduled_for at time zone 'UTC', form)
    )
  end));
end;
$$;
comment on function private.refuse_schedule is
'Refuses with 400 a content that would expire before it is published, about the time that was changed.';

create function private.stamp_content()
returns trigger
language plpgsql
set search_path = ''
as $$
declare
  -- Functions get a copy: handed on as a whole, the new row would lose where its long values are stored, and they would be
  -- stored again.
  changed public.contents := new;
  uncounted public.contents := new;
begin
  if new.brand_id <> old.brand_id then
    perform private.refuse(403, 'nothing moves from one brand to another');
  end if;
  new.id := old.id;
  new.created_by := old.created_by;
  new.created_at := old.created_at;
  if (new.views, new.shares, new.score) is distinct from (old.views, old.shares, old.score) then
    -- The columns of private.unversioned_columns
    uncounted.views := old.views;
    uncounted.shares := old.shares;
    uncounted.score := old.score;
    if uncounted is not distinct from old then
      return new; -- not a change of the content: no version, no stamps
    end if;
  end if;
  if private.is_edited(old, changed) then
    if not private.is_editable(old.status) then
      perform private.require_editable(old);
    end if;
    -- An edit voids the approval (domain §3).
    if old.status = 'approved' and new.status = 'approved' then
      new.status := 'draft';
    end if;
  end if;
  if new.status <> old.status and not private.is_transition(old.status, new.status) then
    perform private.refuse(409, format('a content cannot go from %s to %s', old.status, new.status));
  end if;
  if new.status = 'published' and old.status <> 'published' then
    new.published_at := now();
    -- Of a publication that a worker completes: whoever asked for it.
    new.published_by := coalesce(auth.uid(), nullif(current_setting('mixerai.publisher', true), '')::uuid);
  end if;
  if new.status <> 'scheduled' then
    new.scheduled_for := null;
  elsif
    new.expires_at <= new.scheduled_for
    and (new.status, new.scheduled_for, new.expires_at) is distinct from (old.status, old.scheduled_for, old.expires_at)
  then
    -- Contents from before this rule can still be edited: private.tell_unscheduled tells of them when they are due.
    perform private.refuse_schedule(old, changed);
  end if;
  if new.slug <> old.slug then
    new.slug := private.claim_slug(new.brand_id, new.id, new.slug, true);
  end if;
  new.version := old.version + 1;
  if new.status <> old.status or private.described_change() ->> 'is_autosave' = 'true' then
    new.minor_version := old.minor_version + 1;
  else
    new.major_version := old.major_version + 1;
    new.minor_version := 0;
  end if;
  changed := new;
  new.score := private.changed_score(old, changed);
  new.updated_by := auth.uid();
  new.updated_at := now();
  return new;
end;
$$;
comment on function private.stamp_content is
'Holds an update of a content to its status machine, and writes its version, score and stamps.';

create function private.mark_edited_provenance()
returns trigger
language plpgsql
set search_path = ''
as $$
declare
  entry record;
begin
  for entry in select key, value from jsonb_each(new.provenance) loop
    -- An entry that the same statement brings belongs to the value that it brings. Where the value is gone the entry
    -- stays: people may put the value back by hand, and it is the model's all the same.
    if
      entry.value = old.provenance -> entry.key
      and private.value_at(new.fields, new.metadata, entry.key)
      is distinct from private.value_at(old.fields, old.metadata, entry.key)
    then
      new.provenance := jsonb_set(
        new.provenance, array[entry.key], entry.value || jsonb_build_object('isEdited', true, 'editedBy', auth.uid())
      );
    end if;
  end loop;
  return new;
end;
$$;
comment on function private.mark_edited_provenance is
'Marks values that a model wrote as edited, with the person who edited them.';
