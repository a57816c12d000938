-- Name the environment of a database
-- Planned by `make migration` from supabase/schemas and supabase/policies.

-- Waits at most five seconds for a lock, because queries behind a waiting lock wait as well. On failure, push again.
set lock_timeout = '5s';
set check_function_bodies = off;

CREATE TABLE "private"."deployment" ("is_only" boolean NOT NULL DEFAULT true, "environment" text NOT NULL, "since" timestamp with time zone NOT NULL DEFAULT now(), CONSTRAINT "deployment_environment_check" CHECK (((char_length(environment) >= 1) AND (char_length(environment) <= 100))), CONSTRAINT "deployment_is_only_check" CHECK (is_only), CONSTRAINT "deployment_pkey" PRIMARY KEY (is_only));

ALTER TABLE "private"."deployment" ENABLE ROW LEVEL SECURITY;

ALTER TABLE "private"."deployment" OWNER TO "postgres";

CREATE OR REPLACE FUNCTION public.deployment_environment()
 RETURNS text
 LANGUAGE sql
 STABLE SECURITY DEFINER
 SET search_path TO ''
AS $function$
  select deployment.environment from private.deployment;
$function$;

ALTER FUNCTION "public"."deployment_environment"() OWNER TO "postgres";

CREATE OR REPLACE FUNCTION public.register_deployment(environment text, secret text, is_scheduled boolean)
 RETURNS text
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
AS $function$
declare
  owner text;
begin
  insert into private.deployment (environment) values (register_deployment.environment) on conflict do nothing;
  if register_deployment.environment = 'production' then
    update private.deployment set environment = 'production', since = now()
    where deployment.environment <> 'production';
  end if;
  select deployment.environment into owner from private.deployment;
  if owner = 'production' and register_deployment.environment <> 'production' then
    return owner;
  end if;
  -- In production the schedule runs in the newest deployment alone. An older one, which still answers under an address of
  -- its own, must not bring back a secret that was replaced.
  if secret is not null and (
    is_scheduled or owner <> 'production' or not exists (select from private.signing_keys)
  ) then
    perform public.register_signing_key(register_deployment.secret);
  end if;
  return owner;
end;
$function$;

ALTER FUNCTION "public"."register_deployment"(text, text, boolean) OWNER TO "postgres";

COMMENT ON FUNCTION "public"."deployment_environment"() IS 'For the service: returns the environment that the database belongs to; null before any deployment has come.';

COMMENT ON FUNCTION "public"."register_deployment"(text, text, boolean) IS 'For the service: names the environment of a deployment, registers its signing secret, and returns the environment that
the database belongs to. The first deployment gives its name; production replaces any other. In a database of production
nothing is registered for another environment.';

COMMENT ON TABLE "private"."deployment" IS 'The environment that this database belongs to, in one row: other environments must not write to that of production.';

REVOKE ALL ON FUNCTION "public"."deployment_environment"() FROM PUBLIC;

REVOKE ALL ON FUNCTION "public"."deployment_environment"() FROM "postgres";

GRANT EXECUTE ON FUNCTION "public"."deployment_environment"() TO "postgres";

GRANT EXECUTE ON FUNCTION "public"."deployment_environment"() TO "service_role";

REVOKE ALL ON FUNCTION "public"."register_deployment"(text, text, boolean) FROM PUBLIC;

REVOKE ALL ON FUNCTION "public"."register_deployment"(text, text, boolean) FROM "postgres";

GRANT EXECUTE ON FUNCTION "public"."register_deployment"(text, text, boolean) TO "postgres";

GRANT EXECUTE ON FUNCTION "public"."register_deployment"(text, text, boolean) TO "service_role";
