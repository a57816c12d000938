-- Single sign-on: the identity providers of companies, and which of their groups stand for which role in which brand.

create table public.sso_connections (
  id uuid primary key default private.uuid_v7(),
  account_id uuid not null references public.accounts (id) on delete cascade,
  name text not null check (char_length(name) between 1 and 100),
  entity_id text not null unique check (char_length(entity_id) between 1 and 1000),
  sign_on_url text not null check (sign_on_url ~ '^https?://' and char_length(sign_on_url) <= 2000),
  certificates text[] not null check (cardinality(certificates) between 1 and 5),
  domains text[] not null check (
    cardinality(domains) between 1 and 50
    and array_to_string(domains, ' ') ~ '^[a-z0-9-]+(\.[a-z0-9-]+)+( [a-z0-9-]+(\.[a-z0-9-]+)+)*$'
  ),
  group_attribute text not null default 'groups' check (char_length(group_attribute) between 1 and 200),
  is_active boolean not null default true,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now()
);
comment on table public.sso_connections is 'A SAML 2.0 identity provider, and the e-mail domains that it speaks for.';
comment on column public.sso_connections.certificates is 'X.509, PEM without its frame: any of them may have signed.';
comment on column public.sso_connections.domains is
'Lower case. Addresses of others it cannot sign in, whatever it says.';
create index sso_connections_account_id_idx on public.sso_connections (account_id);
create index sso_connections_domains_idx on public.sso_connections using gin (domains);
alter table public.sso_connections enable row level security;
create trigger stamp_row
before insert or update on public.sso_connections
for each row execute function private.stamp_row();

create table public.sso_group_roles (
  connection_id uuid not null references public.sso_connections (id) on delete cascade,
  group_name text not null check (char_length(group_name) between 1 and 255),
  brand_id uuid not null references public.brands (id) on delete cascade,
  role public.brand_role not null,
  created_at timestamptz not null default now(),
  primary key (connection_id, group_name, brand_id)
);
comment on table public.sso_group_roles is 'Who is in this group of the provider has this role in this brand.';
create index sso_group_roles_brand_id_idx on public.sso_group_roles (brand_id);
alter table public.sso_group_roles enable row level security;

alter table public.brand_members
add column sso_connection_id uuid references public.sso_connections (id) on delete set null;
comment on column public.brand_members.sso_connection_id is
'The provider whose groups gave the role: at each sign-in the role follows them, and ends with them.';
create index brand_members_sso_connection_id_idx on public.brand_members (sso_connection_id);

create function private.check_sso_connection()
returns trigger
language plpgsql
security definer -- reads the account, and connections of others
set search_path = ''
as $$
begin
  perform private.require_recent_authentication();
  -- Two providers for one domain: each could sign in the other's people.
  perform pg_advisory_xact_lock(hashtextextended('sso_domains', 0));
  if exists (
    select from public.sso_connections as other where other.domains && new.domains and other.id <> new.id
  ) then
    perform private.refuse(409, 'another connection has one of these domains', jsonb_build_array(jsonb_build_object(
      'field', 'domains', 'code', 'DUPLICATE_VALUE', 'message', 'belongs to another connection'
    )));
  end if;
  if exists (
    select from public.accounts inner join public.plans on plans.name = accounts.plan
    where accounts.id = new.account_id and not plans.has_sso
  ) then
    perform private.refuse(403, 'the plan has no single sign-on', jsonb_build_array(jsonb_build_object(
      'code', 'PLAN_LIMIT_EXCEEDED', 'message', 'single sign-on comes with the enterprise plan'
    )));
  end if;
  return null;
end;
$$;
-- After the policies have spoken, so that it answers nobody else's question.
create trigger check_sso_connection
after insert or update on public.sso_connections
for each row execute function private.check_sso_connection();

create function private.check_sso_group_role()
returns trigger
language plpgsql
security definer -- reads brand and connection
set search_path = ''
as $$
begin
  perform private.require_recent_authentication();
  if not exists (
    select from public.sso_connections as connection
    inner join public.brands on brands.account_id = connection.account_id
    where connection.id = new.connection_id and brands.id = new.brand_id
  ) then
    perform private.refuse(409, 'the brand does not belong to the account of the connection');
  end if;
  return null;
end;
$$;
create trigger check_sso_group_role
after insert or update on public.sso_group_roles
for each row execute function private.check_sso_group_role();

create trigger audit_change after insert or update or delete on public.sso_connections
for each row execute function private.audit_change('sso_connection', 'certificates');
create function private.audit_group_role()
returns trigger
language plpgsql
security definer -- nobody may write the log by themselves
set search_path = ''
as $$
declare
  mapped record := coalesce(new, old);
begin
  perform private.audit(
    mapped.brand_id, 'sso_group_role.' || lower(tg_op), 'sso_connection', mapped.connection_id,
    jsonb_build_object('group', mapped.group_name, 'role', mapped.role)
  );
  return null;
end;
$$;
create trigger audit_group_role after insert or update or delete on public.sso_group_roles
for each row execute function private.audit_group_role();

create function public.find_sso_connection(asked jsonb)
returns jsonb
language sql
stable
security definer -- whoever signs in is nobody yet
set search_path = ''
as $$
  select jsonb_build_object(
    'id', connection.id, 'name', connection.name, 'entityId', connection.entity_id,
    'signOnUrl', connection.sign_on_url, 'certificates', connection.certificates, 'domains', connection.domains,
    'groupAttribute', connection.group_attribute
  )
  from public.sso_connections as connection
  where
    connection.is_active
    and (
      connection.id = (asked ->> 'id')::uuid
      or (asked ? 'domain' and connection.domains @> array[lower(asked ->> 'domain')])
    );
$$;
comment on function public.find_sso_connection is
'For the service: the provider of an id or of an e-mail domain; null where there is none.';
grant execute on function public.find_sso_connection to service_role;

create function public.find_sso_person(who jsonb)
returns jsonb
language plpgsql
stable
security definer -- reads the addresses that Auth keeps
set search_path = ''
as $$
declare
  person uuid := private.find_person(who);
begin
  -- A company's provider must not speak for those who run the platform.
  if exists (select from private.platform_admins where platform_admins.user_id = person) then
    perform private.refuse(403, 'platform admins sign in with their password and a second factor');
  end if;
  return jsonb_build_object('userId', person);
end;
$$;
comment on function public.find_sso_person is 'For the service: who has the address that a provider vouches for.';
grant execute on function public.find_sso_person to service_role;

create function public.map_sso_roles(mapping jsonb)
returns integer
language plpgsql
volatile
security definer -- gives roles by what a platform admin has laid down
set search_path = ''
as $$
declare
  connection uuid := (mapping ->> 'connectionId')::uuid;
  person uuid := (mapping ->> 'userId')::uuid;
  owed integer;
begin
  with due as (
    select mapped.brand_id, max(mapped.role) as role
    from public.sso_group_roles as mapped
    inner join public.brands on brands.id = mapped.brand_id and brands.deleted_at is null
    where
      mapped.connection_id = connection
      and mapped.group_name = any (array(select jsonb_array_elements_text(mapping -> 'groups')))
      and private.has_room_for(person, mapped.brand_id)
    group by mapped.brand_id
  ),
  gone as (
    delete from public.brand_members as member
    where
      member.user_id = person and member.sso_connection_id = connection
      and member.brand_id not in (select due.brand_id from due)
    returning member.brand_id
  ),
  given as (
    insert into public.brand_members as member (user_id, brand_id, role, sso_connection_id)
    select person, due.brand_id, due.role, connection from due
    -- A role that people gave is theirs to change.
    on conflict on constraint brand_members_pkey do update set role = excluded.role
      where member.sso_connection_id = connection and member.role <> excluded.role
    returning member.brand_id
  )
  select count(*) into owed from due, (select count(*) from gone) as removed, (select count(*) from given) as added;
  perform private.release_member(person, brand.id)
  from public.brands as brand
  where exists (
    select from public.workflow_tasks as task
    where task.brand_id = brand.id and task.assignee_id = person and task.status = 'pending'
  ) and not private.is_colleague(person, brand.id);
  return owed;
end;
$$;
comment on function public.map_sso_roles is
'For the service, at a sign-in: the roles that a person''s groups stand for, and no longer those that they left.';
grant execute on function public.map_sso_roles to service_role;
