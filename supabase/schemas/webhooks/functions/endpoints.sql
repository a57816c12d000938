create function private.webhook_document(endpoint public.webhook_endpoints)
returns jsonb
language sql
stable
set search_path = ''
as $$
  select jsonb_build_object(
    'id', endpoint.id, 'brand_id', endpoint.brand_id, 'url', endpoint.url, 'name', endpoint.name,
    'event_types', endpoint.event_types, 'template_ids', endpoint.template_ids, 'statuses', endpoint.statuses,
    'is_ordered', endpoint.is_ordered, 'max_per_second', endpoint.max_per_second, 'is_active', endpoint.is_active,
    'disabled_reason', endpoint.disabled_reason, 'disabled_at', endpoint.disabled_at, 'version', endpoint.version,
    'failing_since', (
      select state.failing_since from private.webhook_states as state where state.endpoint_id = endpoint.id
    ),
    'former_secret_expires_at', (
      select max(secret.expires_at) from private.webhook_secrets as secret
      where secret.endpoint_id = endpoint.id and secret.expires_at > now()
    ),
    'created_by', private.person_document(endpoint.created_by, endpoint.brand_id),
    'created_at', endpoint.created_at, 'updated_at', endpoint.updated_at
  );
$$;
comment on function private.webhook_document is 'Describes a webhook, without its secrets.';

create function private.own_webhook(webhook_id uuid)
returns public.webhook_endpoints
language plpgsql
stable
security definer -- the caller is checked here
set search_path = ''
as $$
declare
  endpoint public.webhook_endpoints;
begin
  select found.* into endpoint from public.webhook_endpoints as found where found.id = own_webhook.webhook_id;
  perform private.require_permission(endpoint.brand_id, 'integration.manage', 'webhook');
  return endpoint;
end;
$$;
comment on function private.own_webhook is
'Returns a webhook to callers who manage integrations of its brand; raises 404 or 403 for others.';

create function private.managed_webhooks(ids uuid[])
returns setof uuid
language sql
stable
security definer -- see own_webhook
set search_path = ''
as $$
  select endpoint.id
  from public.webhook_endpoints as endpoint
  where
    endpoint.id = any (managed_webhooks.ids)
    and endpoint.brand_id = any (private.brands_permitting('integration.manage'));
$$;
comment on function private.managed_webhooks is
'Returns those of some webhooks whose brands let the caller manage integrations.';
grant execute on function private.managed_webhooks to authenticated;

create function public.create_webhook(request jsonb)
returns jsonb
language plpgsql
volatile
security definer -- webhooks are written by commands only
set search_path = ''
as $$
declare
  brand constant uuid := (request ->> 'brand_id')::uuid;
  made public.webhook_endpoints;
begin
  perform private.require_functions();
  perform private.require_permission(brand, 'integration.manage');
  perform private.require_api_plan(brand);
  -- Two at once must not both be the fiftieth.
  perform pg_advisory_xact_lock(hashtextextended('webhooks:' || brand, 0));
  if (select count(*) from public.webhook_endpoints as known where known.brand_id = brand) >= 50 then
    perform private.refuse(409, 'the brand has 50 webhooks already: delete one');
  end if;
  insert into public.webhook_endpoints (
    brand_id, url, name, event_types, template_ids, statuses, is_ordered, max_per_second, is_active
  )
  values (
    brand, request ->> 'url', request ->> 'name',
    array(select jsonb_array_elements_text(request -> 'event_types')),
    array(select jsonb_array_elements_text(request -> 'template_ids')::uuid),
    array(select jsonb_array_elements_text(request -> 'statuses')),
    (request ->> 'is_ordered')::boolean, (request ->> 'max_per_second')::integer, (request ->> 'is_active')::boolean
  )
  returning * into made;
  insert into private.webhook_secrets (id, endpoint_id, brand_id, secret)
  values ((request ->> 'secret_id')::uuid, made.id, brand, request ->> 'secret');
  insert into private.webhook_states (endpoint_id, brand_id) values (made.id, brand);
  return private.webhook_document(made);
end;
$$;
comment on function public.create_webhook is
'Creates a webhook with its encrypted secret. Requires integration.manage and a plan with the API; at most 50 in a
brand.';
grant execute on function public.create_webhook to authenticated, service_role;

create function public.update_webhook(webhook_id uuid, expected_version integer, changes jsonb)
returns jsonb
language plpgsql
volatile
security definer -- see create_webhook
set search_path = ''
as $$
declare
  present public.webhook_endpoints;
  wished public.webhook_endpoints;
begin
  perform private.require_functions();
  present := private.own_webhook(update_webhook.webhook_id);
  select found.* into present from public.webhook_endpoints as found where found.id = present.id for update;
  perform private.require_version(present.version, update_webhook.expected_version, 'webhook');
  wished := jsonb_populate_record(present, (
    select coalesce(jsonb_object_agg(entry.key, entry.value), '{}') from jsonb_each(private.as_object(changes)) as entry
    where entry.key in (
      'url', 'name', 'event_types', 'template_ids', 'statuses', 'is_ordered', 'max_per_second', 'is_active'
    )
  ));
  if changes ? 'is_active' then
    wished.disabled_at := null;
    wished.disabled_reason := null;
    -- Its five days begin anew. Whether the receiver does well, its own answers say.
    update private.webhook_states set failing_since = null, last_failed_at = null
    where webhook_states.endpoint_id = present.id;
  end if;
  update public.webhook_endpoints
  set
    url = wished.url, name = wished.name, event_types = wished.event_types, template_ids = wished.template_ids,
    statuses = wished.statuses, is_ordered = wished.is_ordered, max_per_second = wished.max_per_second,
    is_active = wished.is_active, disabled_at = wished.disabled_at, disabled_reason = wished.disabled_reason
  where webhook_endpoints.id = present.id
  returning * into wished;
  return private.webhook_document(wished);
end;
$$;
comment on function public.update_webhook is
'Changes a webhook, or switches it on or off. What waits while it is off is sent when it is on again.';
grant execute on function public.update_webhook to authenticated, service_role;

create function public.delete_webhook(webhook_id uuid)
returns void
language plpgsql
volatile
security definer -- see create_webhook
set search_path = ''
as $$
declare
  present public.webhook_endpoints;
begin
  perform private.require_functions();
  present := private.own_webhook(delete_webhook.webhook_id);
  delete from public.webhook_endpoints where webhook_endpoints.id = present.id;
end;
$$;
comment on function public.delete_webhook is
'Deletes a webhook: nothing more is sent. The scheduler deletes its deliveries and attempts in batches.';
grant execute on function public.delete_webhook to authenticated, service_role;

create function public.rotate_webhook_secret(
  webhook_id uuid, secret_id uuid, secret text, keep_hours integer default 24
)
returns jsonb
language plpgsql
volatile
security definer -- see create_webhook
set search_path = ''
as $$
declare
  present public.webhook_endpoints;
  ends_at constant timestamptz := now() + make_interval(hours => least(greatest(keep_hours, 0), 168));
begin
  perform private.require_functions();
  present := private.own_webhook(rotate_webhook_secret.webhook_id);
  perform from public.webhook_endpoints as found where found.id = present.id for update;
  if ends_at > now() then
    -- A former secret signs as long as was promised: a caller who never saw the answer rotates again.
    delete from private.webhook_secrets as old where old.endpoint_id = present.id and old.expires_at <= now();
    if (select count(*) from private.webhook_secrets as held where held.endpoint_id = present.id) >= 3 then
      perform private.refuse(409, 'two former secrets still sign: wait until they expire, or send keepHours 0');
    end if;
    update private.webhook_secrets as old set expires_at = ends_at
    where old.endpoint_id = present.id and old.expires_at is null;
  else
    delete from private.webhook_secrets as old where old.endpoint_id = present.id;
  end if;
  insert into private.webhook_secrets (id, endpoint_id, brand_id, secret)
  values (rotate_webhook_secret.secret_id, present.id, present.brand_id, rotate_webhook_secret.secret);
  update public.webhook_endpoints set updated_at = now() where webhook_endpoints.id = present.id
  returning * into present;
  perform private.append_event(
    present.brand_id, 'webhook', present.id, 'WebhookChanged', '{"changed": ["secret"]}', present.version
  );
  return private.webhook_document(present);
end;
$$;
comment on function public.rotate_webhook_secret is
'Gives a webhook another secret. Deliveries carry a signature by the former one as well, for 0 to 168 hours. At most two
former ones sign: a third is refused, unless none is to sign any more (0 hours).';
grant execute on function public.rotate_webhook_secret to authenticated, service_role;
