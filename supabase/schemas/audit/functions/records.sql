create function private.audit_hash(entry public.audit_log)
returns text
language sql
stable
set search_path = ''
set timezone = 'UTC'
as $$
  -- Without the column that entries from before it do not have.
  select encode(sha256(convert_to((
    to_jsonb(entry) - 'hash' - case when entry.actor_account is null then 'actor_account' else '' end
  )::text, 'UTF8')), 'hex');
$$;
comment on function private.audit_hash is
'Returns the hash of an entry: SHA-256 of everything in the row but the hash itself.';

create function private.audit_as(
  actor uuid,
  session uuid,
  brand uuid,
  action text,
  resource_type text,
  resource_id uuid,
  details jsonb default '{}',
  outcome text default 'success'
)
returns void
language plpgsql
volatile
security definer -- nobody may write the log by themselves
set search_path = ''
as $$
declare
  appended uuid;
begin
  appended := private.append_entry(private.audit_entry(
    actor, session, brand, audit_as.action, audit_as.resource_type, audit_as.resource_id, audit_as.details,
    audit_as.outcome
  ));
end;
$$;
comment on function private.audit_as is
'Appends an entry to the chain of a brand, or to that of the platform if brand is null, with the given actor and
session.';

create function private.audit(
  brand uuid,
  action text,
  resource_type text,
  resource_id uuid,
  details jsonb default '{}',
  outcome text default 'success'
)
returns void
language plpgsql
volatile
security definer -- nobody may write the log by themselves
set search_path = ''
as $$
begin
  perform private.audit_as(
    auth.uid(), private.session_id(), brand, audit.action, audit.resource_type, audit.resource_id, audit.details,
    audit.outcome
  );
end;
$$;
comment on function private.audit is
'Appends an entry to the chain of a brand, or to that of the platform if brand is null, with the caller as its actor.';

create function private.audit_person(
  person uuid, session uuid, action text, details jsonb default '{}', outcome text default 'success'
)
returns void
language plpgsql
volatile
set search_path = ''
as $$
begin
  -- These entries belong to no brand: they are in the chain of the platform.
  perform private.audit_as(
    audit_person.person, audit_person.session, null, audit_person.action, 'user', audit_person.person,
    audit_person.details, audit_person.outcome
  );
end;
$$;
comment on function private.audit_person is
'Appends an entry about a person to the chain of the platform, with that person as its actor.';

create function private.audit_change()
returns trigger
language plpgsql
security definer -- nobody may write the log by themselves
set search_path = ''
as $$
declare
  before_row jsonb := case when tg_op <> 'INSERT' then to_jsonb(old) end;
  after_row jsonb := case when tg_op <> 'DELETE' then to_jsonb(new) end;
  this_row jsonb := coalesce(after_row, before_row);
  -- Secrets stay out of the log, also hashed or encrypted ones. Who wrote the row is the actor of the entry, whom not
  -- every reader may know.
  hidden text[] := tg_argv || array['created_by', 'updated_by', 'assigned_by', 'revoked_by'];
begin
  perform private.audit(
    (this_row ->> 'brand_id')::uuid,
    tg_argv[0] || '.' || case tg_op when 'INSERT' then 'create' when 'UPDATE' then 'update' else 'delete' end,
    tg_argv[0],
    coalesce(this_row ->> 'id', this_row ->> 'user_id')::uuid,
    jsonb_strip_nulls(jsonb_build_object('previous', before_row - hidden, 'current', after_row - hidden))
  );
  return null;
end;
$$;
comment on function private.audit_change is
'Records a change of a row with its previous and current values, without the people who wrote them. Arguments: the type
of resource, then columns to leave out.';

create function private.audit_content()
returns trigger
language plpgsql
security definer -- nobody may write the log by themselves
set search_path = ''
as $$
begin
  perform private.audit(
    new.brand_id,
    case when new.deleted_at is distinct from old.deleted_at then 'content.delete' else 'content.' || new.status end,
    'content', new.id, jsonb_build_object('from', old.status, 'to', new.status, 'version', new.version)
  );
  return null;
end;
$$;
comment on function private.audit_content is 'Records a change of status, a deletion or a restoration of a content.';

create function private.audit_event()
returns trigger
language plpgsql
security definer -- nobody may write the log by themselves
set search_path = ''
as $$
begin
  perform private.audit(
    new.brand_id,
    new.aggregate_type || '.' || lower(regexp_replace(new.type, '([a-z])([A-Z])', '\1_\2', 'g')),
    new.aggregate_type, new.aggregate_id, new.payload - 'changes'
  );
  return null;
end;
$$;
comment on function private.audit_event is
'Records an event that the audit log must have: decisions, overrides, reassignments and configuration (domain §12).';

create function private.audit_view(brand uuid, people uuid[])
returns void
language plpgsql
volatile
security definer -- callers may not read or write the log themselves
set search_path = ''
as $$
begin
  -- Once in ten minutes: a search that is typed letter by letter shows the same people with each letter.
  if cardinality(people) > 0 and not exists (
    select from public.audit_log
    where
      audit_log.action = 'data.view' and audit_log.actor_id = auth.uid()
      and audit_log.occurred_at > now() - interval '10 minutes'
      and audit_log.brand_id is not distinct from brand
      and audit_log.details -> 'people' @> to_jsonb(people)
  ) then
    perform private.audit(
      brand, 'data.view', 'user', null, jsonb_build_object('people', people, 'fields', array['email'])
    );
  end if;
end;
$$;
comment on function private.audit_view is
'Records that the caller was shown the full e-mail addresses of these people.';

create function public.record_denial(request jsonb)
returns void
language plpgsql
volatile
security definer -- nobody may write the log by themselves
set search_path = ''
as $$
begin
  perform private.require_functions();
  perform private.audit(
    null, 'authz.denied', 'route', null, jsonb_build_object(
      'method', request -> 'method', 'path', request -> 'path', 'code', request -> 'code'
    ), 'denied'
  );
end;
$$;
comment on function public.record_denial is
'Records that the API denied a request of the caller (domain §12). request, signed by the platform: {userId, method,
path, code}';
grant execute on function public.record_denial to authenticated, service_role;

create function public.verify_audit_log(brand_id uuid)
returns table (audit_id uuid, chain_position bigint, problem text)
language plpgsql
stable
security definer -- reads the whole chain; the caller is checked
set search_path = ''
as $$
#variable_conflict use_column
begin
  if verify_audit_log.brand_id is not null then
    perform private.require_permission(verify_audit_log.brand_id, 'audit.read');
  else
    perform private.require_platform_admin();
  end if;
  return query
    select
      entry.id, entry.position,
      case
        when entry.hash <> private.audit_hash(entry.entry_row) then 'the row was changed'
        else 'a row before this one is missing or moved'
      end
    from (
      select
        entries as entry_row, entries.*,
        lag(entries.hash, 1, repeat('0', 64)) over by_position as hash_before,
        lag(entries.position, 1, 0::bigint) over by_position as position_before
      from public.audit_log as entries
      where entries.brand_id is not distinct from verify_audit_log.brand_id
      window by_position as (order by entries.position)
    ) as entry
    where
      entry.hash <> private.audit_hash(entry.entry_row)
      or entry.previous_hash <> entry.hash_before
      or entry.position <> entry.position_before + 1
    order by entry.position;
end;
$$;
comment on function public.verify_audit_log is
'Returns the entries at which a brand''s chain, or that of the platform (null), is broken; none if it is intact.
Requires the permission audit.read, or a platform admin.';
grant execute on function public.verify_audit_log to authenticated, service_role;
