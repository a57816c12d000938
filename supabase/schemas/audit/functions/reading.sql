create function private.without_addresses(details jsonb)
returns jsonb
language sql
immutable
parallel safe
set search_path = ''
as $$
  -- The part before the @ ends at what JSON escapes, so that no escape is cut in two.
  select regexp_replace(
    without_addresses.details::text,
    '(\\u[0-9a-f]{4}|\\.|[[:space:]"<>(),;:]|^)([^[:space:]"\\@<>(),;:])[^[:space:]"\\@<>(),;:]*@([[:alnum:]-]+\.)',
    '\1\2•••@\3', 'g'
  )::jsonb;
$$;
comment on function private.without_addresses is
'Returns the same JSON with only the first letter and the domain of each e-mail address in it.';

create function public.list_audit_log(
  brand_id uuid default null, filters jsonb default '{}', cursor_at timestamptz default null,
  cursor_id uuid default null, page_size integer default 20
)
returns jsonb
language plpgsql
stable
security definer -- the policy would be checked for each entry; the caller is checked once
set search_path = ''
as $$
declare
  answer jsonb;
  actions text[] := array(select jsonb_array_elements_text(filters -> 'actions'));
  is_admin boolean := private.is_platform_admin();
begin
  if list_audit_log.brand_id is not null then
    perform private.require_permission(list_audit_log.brand_id, 'audit.read');
  else
    perform private.require_platform_admin();
  end if;
  -- Planned for these filters: each of them has an index.
  execute format(
    $statement$
      with page as (
        select entry.* from public.audit_log as entry
        where
          %s
          %s
          and ($3 is null or entry.actor_id = $3 and ($9 or entry.actor_account is null))
          and entry.occurred_at >= coalesce($4, '-infinity') and entry.occurred_at < coalesce($5, 'infinity')
          and entry.occurred_at <= coalesce($6, 'infinity')
          and ($6 is null or (entry.occurred_at, entry.id) < ($6, $7))
        order by entry.occurred_at desc, entry.id desc
        limit $8
      )
      select jsonb_build_object('items', coalesce(jsonb_agg(jsonb_build_object(
        'id', page.id, 'position', page.position, 'action', page.action, 'outcome', page.outcome,
        'actor', case
          when $9 or page.actor_account is null then private.person_document(page.actor_id, page.brand_id)
        end,
        'actor_account', page.actor_account,
        'actor_type', page.actor_type,
        'resource', jsonb_build_object('type', page.resource_type, 'id', page.resource_id),
        'details', private.without_addresses(page.details),
        'request_id', page.request_id, 'occurred_at', page.occurred_at
      ) order by page.occurred_at desc, page.id desc), '[]'), 'total', null)
      from page
    $statement$,
    case when list_audit_log.brand_id is null then 'entry.brand_id is null' else 'entry.brand_id = $1' end,
    case when cardinality(actions) > 0 then 'and entry.action = any ($2)' else '' end
  )
  into answer
  using
    list_audit_log.brand_id, actions, (filters ->> 'actor')::uuid, private.read_instant(filters ->> 'from', 'from'),
    private.read_instant(filters ->> 'to', 'to'), cursor_at, cursor_id, least(greatest(page_size, 1), 101), is_admin;
  return answer;
end;
$$;
comment on function public.list_audit_log is
'Lists entries of a brand''s audit log, or of the platform''s if brand_id is null, newest first, behind the entry at the
cursor: {items, total: null}, at most 101. filters: {actions[], actor, from, to}. E-mail addresses are masked. Requires
the permission audit.read, or a platform admin.';
grant execute on function public.list_audit_log to authenticated, service_role;
