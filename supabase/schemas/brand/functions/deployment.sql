create function public.register_deployment(environment text, secret text, is_scheduled boolean)
returns text
language plpgsql
volatile
security definer -- private is closed to the service as well
set search_path = ''
as $$
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
$$;
comment on function public.register_deployment is
'For the service: names the environment of a deployment, registers its signing secret, and returns the environment that
the database belongs to. The first deployment gives its name; production replaces any other. In a database of production
nothing is registered for another environment.';
grant execute on function public.register_deployment to service_role;

create function public.deployment_environment()
returns text
language sql
stable
security definer -- private is closed to the service as well
set search_path = ''
as $$
  select deployment.environment from private.deployment;
$$;
comment on function public.deployment_environment is
'For the service: returns the environment that the database belongs to; null before any deployment has come.';
grant execute on function public.deployment_environment to service_role;
