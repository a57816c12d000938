-- Name people of keys and invitations
-- Planned by `make migration` from supabase/schemas and supabase/policies.

-- Waits at most five seconds for a lock, because queries behind a waiting lock wait as well. On failure, push again.
set lock_timeout = '5s';
set check_function_bodies = off;

DROP FUNCTION "public"."resend_invitation"(text, text);

CREATE OR REPLACE FUNCTION private.describe_api_key(key public.api_keys)
 RETURNS jsonb
 LANGUAGE sql
 STABLE
 SET search_path TO ''
AS $function$
  select jsonb_build_object(
    'id', key.id, 'brand_id', key.brand_id, 'name', key.name, 'prefix', key.prefix, 'scopes', key.scopes,
    'allowed_addresses', key.allowed_addresses, 'expires_at', key.expires_at, 'last_used_at', key.last_used_at,
    'owner', jsonb_build_object('id', key.user_id, 'name', private.display_name(key.user_id)),
    -- For deployments that do not know owner.
    'user_id', key.user_id,
    'revoked_at', key.revoked_at,
    'revoked_by', case when key.revoked_by is not null then jsonb_build_object(
      'id', key.revoked_by, 'name', private.display_name(key.revoked_by)
    ) end,
    'created_at', key.created_at
  );
$function$;

ALTER FUNCTION "private"."describe_api_key"(public.api_keys) OWNER TO "postgres";

CREATE OR REPLACE FUNCTION private.describe_invitation(invitation public.invitations)
 RETURNS jsonb
 LANGUAGE sql
 STABLE
 SET search_path TO ''
AS $function$
  select jsonb_build_object(
    'id', invitation.id, 'brand_id', invitation.brand_id, 'email', invitation.email, 'role', invitation.role,
    'permissions', invitation.permissions, 'membership_expires_at', invitation.membership_expires_at,
    'status', invitation.status, 'delivery', invitation.delivery, 'expires_at', invitation.expires_at,
    'invited_by', case when invitation.created_by is not null then jsonb_build_object(
      'id', invitation.created_by, 'name', private.display_name(invitation.created_by)
    ) end,
    -- For deployments that do not know invited_by.
    'created_by', invitation.created_by, 'created_at', invitation.created_at
  );
$function$;

ALTER FUNCTION "private"."describe_invitation"(public.invitations) OWNER TO "postgres";

CREATE OR REPLACE FUNCTION public.create_api_key(request text, signature text)
 RETURNS jsonb
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
AS $function$
declare
  asked jsonb := private.verified_payload(request, signature);
  brand uuid := (asked ->> 'brandId')::uuid;
  key public.api_keys;
begin
  perform private.require_permission(brand, 'integration.manage');
  if private.api_key_id() is not null then
    perform private.refuse(403, 'a key makes no keys');
  end if;
  perform private.require_recent_authentication();
  perform private.require_api_plan(brand);
  if (
    select count(*) from public.api_keys
    where api_keys.brand_id = brand and api_keys.revoked_at is null and api_keys.expires_at > now()
  ) >= 100 then
    perform private.refuse(409, 'the brand has a hundred keys already: revoke one');
  end if;
  insert into public.api_keys (brand_id, user_id, name, prefix, key_hash, scopes, allowed_addresses, expires_at)
  values (
    brand, auth.uid(), asked ->> 'name', asked ->> 'prefix', asked ->> 'keyHash',
    array(select jsonb_array_elements_text(asked -> 'scopes')),
    array(select jsonb_array_elements_text(asked -> 'allowedAddresses')::cidr),
    (asked ->> 'expiresAt')::timestamptz
  )
  returning * into key;
  return private.describe_api_key(key);
end;
$function$;

CREATE OR REPLACE FUNCTION public.list_api_keys(brand_id uuid)
 RETURNS jsonb
 LANGUAGE sql
 STABLE SECURITY DEFINER
 SET search_path TO ''
AS $function$
  select jsonb_build_object(
    'items', coalesce(jsonb_agg(private.describe_api_key(key) order by key.created_at desc), '[]')
  )
  from (
    select api_keys.* from public.api_keys
    where
      api_keys.brand_id = list_api_keys.brand_id
      and api_keys.brand_id = any (private.brands_permitting('integration.manage'))
    order by api_keys.created_at desc limit 200
  ) as key;
$function$;

ALTER FUNCTION "public"."list_api_keys"(uuid) OWNER TO "postgres";

CREATE OR REPLACE FUNCTION public.list_invitations(brand_id uuid, status text DEFAULT NULL::text)
 RETURNS jsonb
 LANGUAGE sql
 STABLE SECURITY DEFINER
 SET search_path TO ''
AS $function$
  select jsonb_build_object(
    'items', coalesce(jsonb_agg(private.describe_invitation(invitation) order by invitation.created_at desc), '[]')
  )
  from (
    select invitations.* from public.invitations
    where
      invitations.brand_id = list_invitations.brand_id
      and invitations.brand_id = any (private.brands_permitting('member.manage'))
      and (list_invitations.status is null or invitations.status = list_invitations.status)
    order by invitations.created_at desc limit 200
  ) as invitation;
$function$;

ALTER FUNCTION "public"."list_invitations"(uuid, text) OWNER TO "postgres";

CREATE OR REPLACE FUNCTION public.resend_invitation(request text, signature text)
 RETURNS jsonb
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
AS $function$
declare
  asked jsonb := private.verified_payload(request, signature);
  invitation public.invitations := private.lock_invitation((asked ->> 'invitationId')::uuid);
begin
  perform private.require_recent_authentication();
  if not private.may_invite(invitation.created_by, invitation.brand_id, invitation.role) then
    perform private.refuse(409, 'the person who invited may not do so any more: cancel it, and invite again');
  end if;
  perform private.enqueue_job('mail', 'send_mail', invitation.brand_id, jsonb_build_object(
    'mail', asked -> 'mail', 'invitationId', invitation.id
  ));
  update public.invitations
  set token_hash = asked ->> 'tokenHash', status = 'pending', delivery = 'queued', expires_at = default
  where invitations.id = invitation.id
  returning * into invitation;
  return private.describe_invitation(invitation);
end;
$function$;

ALTER FUNCTION "public"."resend_invitation"(text, text) OWNER TO "postgres";

COMMENT ON FUNCTION "private"."describe_api_key"(public.api_keys) IS 'Describes an API key without its hash, and names its owner and the person who revoked it.';

COMMENT ON FUNCTION "private"."describe_invitation"(public.invitations) IS 'Describes an invitation and names the person who invited. The address stays encrypted.';

COMMENT ON FUNCTION "public"."list_api_keys"(uuid) IS 'Lists the API keys of a brand, the latest first, at most 200. Empty for callers without integration.manage.';

COMMENT ON FUNCTION "public"."list_invitations"(uuid, text) IS 'Lists the invitations of a brand, the latest first, at most 200. Empty for callers without member.manage.';

COMMENT ON FUNCTION "public"."resend_invitation"(text, text) IS 'Mails a new link, valid for as long as that of a new invitation; the old link stops working.';

REVOKE ALL ON FUNCTION "private"."describe_api_key"(public.api_keys) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."describe_api_key"(public.api_keys) FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."describe_api_key"(public.api_keys) TO "postgres";

REVOKE ALL ON FUNCTION "private"."describe_invitation"(public.invitations) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."describe_invitation"(public.invitations) FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."describe_invitation"(public.invitations) TO "postgres";

REVOKE ALL ON FUNCTION "public"."list_api_keys"(uuid) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "public"."list_api_keys"(uuid) TO "authenticated";

REVOKE ALL ON FUNCTION "public"."list_api_keys"(uuid) FROM "postgres";

GRANT EXECUTE ON FUNCTION "public"."list_api_keys"(uuid) TO "postgres";

GRANT EXECUTE ON FUNCTION "public"."list_api_keys"(uuid) TO "service_role";

REVOKE ALL ON FUNCTION "public"."list_invitations"(uuid, text) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "public"."list_invitations"(uuid, text) TO "authenticated";

REVOKE ALL ON FUNCTION "public"."list_invitations"(uuid, text) FROM "postgres";

GRANT EXECUTE ON FUNCTION "public"."list_invitations"(uuid, text) TO "postgres";

GRANT EXECUTE ON FUNCTION "public"."list_invitations"(uuid, text) TO "service_role";

REVOKE ALL ON FUNCTION "public"."resend_invitation"(text, text) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "public"."resend_invitation"(text, text) TO "authenticated";

REVOKE ALL ON FUNCTION "public"."resend_invitation"(text, text) FROM "postgres";

GRANT EXECUTE ON FUNCTION "public"."resend_invitation"(text, text) TO "postgres";

GRANT EXECUTE ON FUNCTION "public"."resend_invitation"(text, text) TO "service_role";
