create function private.announce_ended_session()
returns trigger
language plpgsql
security definer -- callers may not write to realtime.messages themselves
set search_path = ''
as $$
begin
  -- Of a session whose tokens have all expired, no page is left to be told.
  if old.last_seen_at <= now() - private.access_token_lifetime() - private.reading_token_lifetime() then
    return null;
  end if;
  perform realtime.send(
    jsonb_build_object(
      'type', 'SessionEnded', 'sessionId', old.id, 'occurredAt', now(),
      'reason', case when tg_op = 'UPDATE' then new.end_reason else 'erased' end
    ),
    'SessionEnded', 'user:' || old.user_id, true
  );
  return null;
end;
$$;
comment on function private.announce_ended_session is
'Tells the open pages of a person that one of their sessions has ended, by whatever way.';

create function private.send_membership_change(
  person uuid, brand uuid, change text, role public.brand_role default null
)
returns void
language sql
volatile
security definer -- callers may not write to realtime.messages themselves
set search_path = ''
as $$
  select realtime.send(
    jsonb_build_object(
      'type', 'MembershipChanged', 'brandId', brand, 'change', change, 'role', role, 'occurredAt', now()
    ),
    'MembershipChanged', 'user:' || person, true
  );
$$;
comment on function private.send_membership_change is
'Tells the open pages of a person that a membership of theirs began, changed or ended.';

create function private.announce_membership()
returns trigger
language plpgsql
set search_path = ''
as $$
begin
  if tg_op = 'DELETE' then
    perform private.send_membership_change(old.user_id, old.brand_id, 'removed');
  else
    perform private.send_membership_change(new.user_id, new.brand_id, case
      when new.expires_at <= now() then 'expired' when tg_op = 'INSERT' then 'assigned' else 'changed'
    end, new.role);
  end if;
  return null;
end;
$$;
comment on function private.announce_membership is 'Announces each change of a membership to its person.';

create function private.announce_deleted_brand()
returns trigger
language plpgsql
security definer -- reads the members, whatever the caller may read
set search_path = ''
as $$
begin
  perform private.send_membership_change(
    members.user_id, new.id, case when new.deleted_at is null then 'assigned' else 'brand_deleted' end, members.role
  )
  from public.brand_members as members
  where members.brand_id = new.id and (members.expires_at is null or members.expires_at > now());
  return null;
end;
$$;
comment on function private.announce_deleted_brand is
'Tells all members of a brand that it was deleted, or restored.';

create function private.reset_expiry_announcement()
returns trigger
language plpgsql
set search_path = ''
as $$
begin
  -- What is over already when it is written is announced by the write itself.
  new.expiry_announced_at := case when new.expires_at <= now() then now() end;
  return new;
end;
$$;
comment on function private.reset_expiry_announcement is
'Lets the end of a membership be announced anew when its time was changed.';

create function public.announce_expired_memberships(batch integer default 500)
returns integer
language plpgsql
volatile
security definer -- memberships are written by commands only
set search_path = ''
set statement_timeout = '30s'
as $$
declare
  member public.brand_members;
  subject uuid;
  announced integer := 0;
begin
  for member in
    select members.* from public.brand_members as members
    where
      members.expires_at <= now() and members.expiry_announced_at is null
      and not exists (
        select from private.setbacks
        where
          setbacks.task = 'announce_expired_memberships' and setbacks.next_attempt_at > now()
          and setbacks.subject_id = md5(members.user_id::text || members.brand_id::text)::uuid
      )
    order by members.expires_at
    limit announce_expired_memberships.batch
    for update skip locked
  loop
    -- A membership has no id of its own. Each by itself: one that fails keeps no other waiting.
    subject := md5(member.user_id::text || member.brand_id::text)::uuid;
    begin
      update public.brand_members as members set expiry_announced_at = now()
      where members.user_id = member.user_id and members.brand_id = member.brand_id;
      perform private.append_event(
        member.brand_id, 'brand_member', member.user_id, 'MembershipExpired',
        jsonb_build_object('userId', member.user_id)
      );
      perform private.send_membership_change(member.user_id, member.brand_id, 'expired', member.role);
      perform private.clear_setback('announce_expired_memberships', subject);
      announced := announced + 1;
    exception when others then
      perform private.set_back('announce_expired_memberships', subject, member.brand_id, sqlstate, sqlerrm);
    end;
  end loop;
  return announced;
end;
$$;
comment on function public.announce_expired_memberships is
'For the scheduler: announces memberships that have expired, up to a batch. Returns how many.';
grant execute on function public.announce_expired_memberships to service_role;

create function public.end_expired_sessions(batch integer default 1000)
returns uuid[]
language plpgsql
volatile
security definer -- sessions are written by functions only
set search_path = ''
set statement_timeout = '30s'
as $$
declare
  past uuid;
  ended uuid[] := '{}';
begin
  for past in
    select session.id from public.user_sessions as session
    where
      session.ended_at is null
      and (session.expires_at <= now() or session.last_seen_at <= now() - private.session_unseen_limit())
      and not exists (
        select from private.setbacks
        where
          setbacks.task = 'end_expired_sessions' and setbacks.subject_id = session.id
          and setbacks.next_attempt_at > now()
      )
    order by session.expires_at
    limit end_expired_sessions.batch
    for update skip locked
  loop
    -- Each by itself: one that fails is tried again later, and keeps no other open.
    begin
      update public.user_sessions
      set
        ended_at = least(user_sessions.expires_at, user_sessions.last_seen_at + private.session_unseen_limit()),
        end_reason = 'expired'
      where user_sessions.id = past;
      perform private.clear_setback('end_expired_sessions', past);
      ended := ended || past;
    exception when others then
      perform private.set_back('end_expired_sessions', past, null, sqlstate, sqlerrm);
    end;
  end loop;
  delete from auth.sessions where sessions.id = any (ended);
  -- Whoever ended a session lets caches forget it at once; a trigger or an outage may have left some.
  return array(
    select user_sessions.id from public.user_sessions where user_sessions.ended_at > now() - interval '3 minutes'
    union
    select unnest(ended)
  );
end;
$$;
comment on function public.end_expired_sessions is
'For the scheduler: ends sessions that have expired, in Auth as well, up to a batch. Returns the ids of the sessions
that caches must not hold: these, and all that ended in the last three minutes.';
grant execute on function public.end_expired_sessions to service_role;
