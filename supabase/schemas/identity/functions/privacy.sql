create function private.export_account(person uuid)
returns jsonb
language sql
stable
set search_path = ''
as $$
  select jsonb_build_object(
    'profile', (
      select to_jsonb(profiles) - array['email_index', 'deactivated_by'] from public.profiles where profiles.id = person
    ),
    'email', (select users.email from auth.users where users.id = person),
    'memberships', (
      select coalesce(jsonb_agg(to_jsonb(member) - 'assigned_by' || jsonb_build_object('brand_name', brands.name)), '[]')
      from public.brand_members as member inner join public.brands on brands.id = member.brand_id
      where member.user_id = person
    ),
    'delegations', (
      select coalesce(jsonb_agg(jsonb_build_object(
        'is_delegate', delegation.delegate_id = person, 'brand_id', delegation.brand_id,
        'starts_at', delegation.starts_at, 'ends_at', delegation.ends_at, 'created_at', delegation.created_at
      ) || case
        when delegation.user_id = person then jsonb_build_object('reason', delegation.reason) else '{}'
      end order by delegation.id), '[]')
      from private.delegations as delegation
      where person in (delegation.user_id, delegation.delegate_id)
    ),
    'sessions', (
      select coalesce(jsonb_agg(to_jsonb(user_sessions)), '[]') from public.user_sessions
      where user_sessions.user_id = person
    ),
    'devices', (
      select coalesce(jsonb_agg(to_jsonb(device) - 'token_hash'), '[]') from public.trusted_devices as device
      where device.user_id = person
    ),
    'factors', (
      select coalesce(jsonb_agg(jsonb_build_object(
        'kind', factor.kind, 'name', factor.name, 'created_at', factor.created_at, 'last_used_at', factor.last_used_at
      )), '[]') from public.mfa_factors as factor where factor.user_id = person
    ),
    'api_keys', (
      select coalesce(jsonb_agg(to_jsonb(key) - array['key_hash', 'revoked_by']), '[]') from public.api_keys as key
      where key.user_id = person
    )
  );
$$;
comment on function private.export_account is
'Returns the account of a person: profile, memberships, delegations, sessions, devices, second factors and API keys,
without the ids of other people.';

create function private.export_activity(person uuid)
returns jsonb
language sql
stable
set search_path = ''
as $$
  select jsonb_build_object(
    'files', (
      select coalesce(jsonb_agg(jsonb_build_object(
        'id', file.id, 'brand_id', file.brand_id, 'name', file.name, 'created_at', file.created_at
      )), '[]') from public.files as file where file.owner_id = person
    ),
    'notification_preferences', (
      select to_jsonb(preference) from public.notification_preferences as preference
      where preference.user_id = person
    ),
    'notifications', (
      select coalesce(jsonb_agg(to_jsonb(notification) - 'actor_id'), '[]')
      from (
        select * from public.notifications where notifications.user_id = person
        order by notifications.created_at desc limit 1000
      ) as notification
    ),
    'notification_destinations', (
      select coalesce(jsonb_agg(jsonb_build_object(
        'id', destination.id, 'kind', destination.kind, 'name', destination.name, 'host', destination.host,
        'created_at', destination.created_at
      )), '[]') from private.notification_destinations as destination where destination.user_id = person
    ),
    'contents_created', (
      select coalesce(jsonb_agg(jsonb_build_object(
        'id', content.id, 'brand_id', content.brand_id, 'title', content.title, 'created_at', content.created_at
      )), '[]')
      from (
        select * from public.contents where contents.created_by = person order by contents.id desc limit 10000
      ) as content
    ),
    'comments', (
      select coalesce(jsonb_agg(jsonb_build_object(
        'id', comment.id, 'content_id', comment.content_id, 'body', comment.body, 'created_at', comment.created_at
      )), '[]')
      from (
        select * from public.comments where comments.created_by = person order by comments.id desc limit 10000
      ) as comment
    ),
    'audit', (
      select coalesce(jsonb_agg(jsonb_build_object(
        'action', entry.action, 'outcome', entry.outcome, 'occurred_at', entry.occurred_at
      )), '[]')
      from (
        select * from public.audit_log where audit_log.actor_id = person
        order by audit_log.occurred_at desc limit 10000
      ) as entry
    )
  );
$$;
comment on function private.export_activity is
'Returns what a person made and was told: files, contents, comments, notifications and audit records. At most 1,000
notifications and 10,000 of the others, the latest.';

create function private.delete_personal_rows(person uuid, email_index text)
returns void
language sql
volatile
set search_path = ''
as $$
  delete from public.user_sessions where user_sessions.user_id = person;
  delete from public.mfa_factors where mfa_factors.user_id = person;
  delete from private.mfa_backup_codes where mfa_backup_codes.user_id = person;
  delete from auth.identities where identities.user_id = person;
  delete from private.sso_people where sso_people.user_id = person;
  delete from private.password_history where password_history.user_id = person;
  delete from private.identity_tokens where identity_tokens.user_id = person;
  delete from public.trusted_devices where trusted_devices.user_id = person;
  delete from public.notifications where notifications.user_id = person;
  delete from public.notification_preferences where notification_preferences.user_id = person;
  delete from private.notification_destinations where notification_destinations.user_id = person;
  delete from private.notification_digests where notification_digests.user_id = person;
  delete from private.content_watchers where content_watchers.user_id = person;
  delete from private.delegations where person in (delegations.user_id, delegations.delegate_id);
  update private.former_members set name = null where former_members.user_id = person;
  delete from public.invitations
  where invitations.accepted_by = person or invitations.email_index = delete_personal_rows.email_index;
$$;
comment on function private.delete_personal_rows is
'Deletes the sessions, credentials, notifications, delegations and invitations of a person.';

create function public.export_person()
returns jsonb
language plpgsql
volatile
security definer -- people may have all data about themselves, also what they may not read elsewhere
set search_path = ''
as $$
declare
  person uuid := auth.uid();
begin
  perform private.require_functions();
  if person is null or not private.person_trusted() then
    perform private.refuse(401, 'this session is not trusted', '[{"code": "MFA_REQUIRED", "message": "sign in"}]');
  end if;
  perform private.audit(null, 'data.export', 'user', person);
  return private.export_account(person) || private.export_activity(person);
end;
$$;
comment on function public.export_person is
'Returns all personal data that is kept of the caller (right of access), and records the export.';
grant execute on function public.export_person to authenticated, service_role;

create function public.erase_person(user_id uuid, session_id uuid)
returns uuid[]
language plpgsql
volatile
security definer -- these rows are written by functions only
set search_path = ''
as $$
declare
  person constant uuid := erase_person.user_id;
  member record;
  known record;
  sessions uuid[];
begin
  perform private.require_session(person, erase_person.session_id, true);
  if exists (select from private.platform_admins where platform_admins.user_id = person) then
    perform private.refuse(409, 'platform admins must give up the flag first');
  end if;
  select profiles.email_index into known from public.profiles
  where profiles.id = person for update;
  -- All at once, and before anything is written: deleting a membership locks the audit log of its brand.
  perform private.lock_contents_of(array(
    select task.id
    from public.brand_members as members
    inner join public.workflow_tasks as task
      on task.assignee_id = members.user_id and task.brand_id = members.brand_id and task.status = 'pending'
    where members.user_id = person
  ));
  for member in
    select members.brand_id from public.brand_members as members where members.user_id = person order by 1
  loop
    perform private.end_membership(person, member.brand_id);
  end loop;
  -- The row stays, because what the person did is attributed to its id. It no longer says who they were.
  update public.profiles
  set
    first_name = 'Former', last_name = 'member', phone = null, email_index = null, avatar_path = null,
    timezone = 'UTC', language = 'en', is_active = false
  where profiles.id = person;
  sessions := array(select user_sessions.id from public.user_sessions where user_sessions.user_id = person);
  perform private.delete_personal_rows(person, known.email_index);
  perform private.enqueue_job(
    'erasure', 'erase_account', null,
    jsonb_build_object('userId', person), now(), null, 50
  );
  perform private.audit_person(person, erase_person.session_id, 'user.erase');
  return sessions;
end;
$$;
comment on function public.erase_person is
'For the service: erases a person at their own request. Empties and deactivates the profile, ends memberships, deletes
personal rows, and queues a job in which Auth forgets the address. Returns the ids of the deleted sessions.';
grant execute on function public.erase_person to service_role;

create function public.forget_auth_records(user_id uuid, address text default null)
returns void
language plpgsql
volatile
security definer -- the tables of Auth
set search_path = ''
set statement_timeout = '30s' -- the log of Auth has no index that helps
as $$
declare
  person constant uuid := forget_auth_records.user_id;
  addresses constant text[] := array[
    forget_auth_records.address, (select users.email from auth.users where users.id = person)
  ];
begin
  delete from auth.identities where identities.user_id = person;
  delete from auth.sessions where sessions.user_id = person;
  delete from auth.one_time_tokens where one_time_tokens.user_id = person;
  delete from auth.flow_state where flow_state.user_id = person;
  delete from auth.mfa_factors where mfa_factors.user_id = person;
  delete from auth.saml_relay_states where saml_relay_states.for_email = any (addresses);
  -- What a provider has told of the person, under whatever names: Auth itself only adds to it. Columns of changes that
  -- were begun are emptied and not null, which Auth cannot read (https://github.com/supabase/auth/issues/1940).
  update auth.users
  set
    raw_user_meta_data = '{}', raw_app_meta_data = '{"provider": "email", "providers": ["email"]}', phone = null,
    email_change = '', email_change_token_new = '', email_change_token_current = '', phone_change = '',
    phone_change_token = '', confirmation_token = '', recovery_token = '', reauthentication_token = ''
  where users.id = person;
  -- Again: until the metadata was emptied, each write of Auth brought the row back.
  delete from private.sso_people where sso_people.user_id = person;
  delete from auth.audit_log_entries
  where
    audit_log_entries.payload ->> 'actor_id' = person::text
    or audit_log_entries.payload -> 'traits' ->> 'user_id' = person::text
    or audit_log_entries.payload ->> 'actor_username' = any (addresses)
    or audit_log_entries.payload -> 'traits' ->> 'user_email' = any (addresses);
end;
$$;
comment on function public.forget_auth_records is
'For the service, when Auth itself has forgotten the address of a person: deletes what Auth keeps besides the row of the
user: identities, sessions, factors, links, changes that were begun, what providers told, and the entries of its own log
about the person or the former address.';
grant execute on function public.forget_auth_records to service_role;
