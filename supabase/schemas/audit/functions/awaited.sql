create function private.audit_event_later()
returns trigger
language plpgsql
security definer -- nobody may write the log by themselves
set search_path = ''
as $$
declare
  entry public.audit_log;
begin
  entry := private.audit_entry(
    auth.uid(), private.session_id(), new.brand_id,
    new.aggregate_type || '.' || lower(regexp_replace(new.type, '([a-z])([A-Z])', '\1_\2', 'g')),
    new.aggregate_type, new.aggregate_id, new.payload - 'changes', 'success'
  );
  entry.occurred_at := new.occurred_at;
  insert into private.awaited_entries (brand_id, entry) values (new.brand_id, jsonb_strip_nulls(to_jsonb(entry)));
  return null;
end;
$$;
comment on function private.audit_event_later is
'Records an event as private.audit_event does, but the entry is appended after the transaction: the log of its brand
is not locked.';

create function public.append_awaited_entries(after uuid default null, batch integer default 500)
returns jsonb
language plpgsql
volatile
security definer -- nobody may write the log by themselves
set search_path = ''
as $$
declare
  brand uuid := coalesce(append_awaited_entries.after, '00000000-0000-0000-0000-000000000000');
  awaited record;
  appended uuid;
  entries integer := 0;
begin
  loop
    select each.brand_id into brand from private.awaited_entries as each
    where each.brand_id > brand order by each.brand_id limit 1;
    if brand is null then
      return null;
    end if;
    -- The turn of a brand whose log is being written comes with the next run.
    exit when pg_try_advisory_xact_lock(hashtextextended('audit:' || brand::text, 0));
  end loop;
  for awaited in
    with taken as (
      delete from private.awaited_entries as each
      where each.id = any (array(
        select found.id from private.awaited_entries as found
        where found.brand_id = brand order by found.id limit least(greatest(batch, 1), 5000)
      ))
      returning each.id, each.entry
    )
    select taken.entry from taken order by taken.id
  loop
    appended := private.append_entry(jsonb_populate_record(null::public.audit_log, awaited.entry));
    entries := entries + 1;
  end loop;
  return jsonb_build_object('brand_id', brand, 'appended', entries);
end;
$$;
comment on function public.append_awaited_entries is
'For the scheduler: appends up to a batch of awaited entries to the log of the first brand after the given one, and
returns {brand_id, appended}; null where no further brand has any. One brand a call, so that no log is held for long.';
grant execute on function public.append_awaited_entries to service_role;
