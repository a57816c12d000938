create function public.end_sso_sessions(logout jsonb)
returns uuid[]
language plpgsql
volatile
security definer -- sessions are written by functions only
set search_path = ''
as $$
declare
  indexes text[] := array(select jsonb_array_elements_text(logout -> 'indexDigests'));
  signed_out record;
  gone uuid[];
  ended uuid[] := '{}';
begin
  for signed_out in
    select session.user_id, array_agg(session.id) as sessions
    from private.sso_sessions as known
    inner join public.user_sessions as session on session.id = known.session_id and session.ended_at is null
    where
      known.connection_id = (logout ->> 'connectionId')::uuid
      and known.subject_digest = logout ->> 'subjectDigest'
      -- A provider that gave a session no name, or names none, means all of the person's.
      and (indexes = '{}' or known.index_digest is null or known.index_digest = any (indexes))
    group by session.user_id
    order by session.user_id
  loop
    gone := private.end_sessions(signed_out.user_id, 'signed_out', signed_out.sessions);
    if gone <> '{}' then
      perform private.audit_person(
        signed_out.user_id, null, 'auth.logout',
        jsonb_build_object('sessions', to_jsonb(gone), 'by', 'identity_provider')
      );
    end if;
    ended := ended || gone;
  end loop;
  return ended;
end;
$$;
comment on function public.end_sso_sessions is
'For the service: ends the sessions that a SAML provider signs out: those that it opened for a person, or the ones among
them that it names. Returns their ids.';
grant execute on function public.end_sso_sessions to service_role;

create function public.read_sso_session(session_id uuid)
returns jsonb
language sql
stable
security definer -- ciphertexts are read by functions only
set search_path = ''
as $$
  select jsonb_build_object('connectionId', known.connection_id, 'subject', known.subject)
  from private.sso_sessions as known
  inner join public.user_sessions as session on session.id = known.session_id and session.ended_at is null
  where known.session_id = read_sso_session.session_id;
$$;
comment on function public.read_sso_session is
'For the service: returns the connection that opened a session, and what its provider calls the person and the session;
null for sessions that no SAML provider opened.';
grant execute on function public.read_sso_session to service_role;
