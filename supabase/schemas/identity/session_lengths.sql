-- How long sessions and proofs last (domain §8). Each value stands here and nowhere else in SQL. Immutable functions
-- without arguments are evaluated when a statement is planned, so they cost a running statement nothing.
-- Applied before the tables, because column defaults use them. tests/database/test_session_lengths.py compares the
-- values with their counterparts in Python and in the configuration of Auth.

create function private.access_token_lifetime()
returns interval
language sql
immutable
parallel safe
set search_path = ''
as $$
  select interval '15 minutes';
$$;
comment on function private.access_token_lifetime is
'How long an access token lives after its session was opened or refreshed. It bounds how long an open Realtime socket
outlives its session. Must agree with auth.jwt_expiry in supabase/config.toml and ACCESS_TOKEN_SECONDS in Python.';

create function private.reading_token_lifetime()
returns interval
language sql
immutable
parallel safe
set search_path = ''
as $$
  select interval '5 minutes';
$$;
comment on function private.reading_token_lifetime is
'How long a token for reading lives. It may be issued in the last second of an access token. Must agree with
READING_TOKEN_SECONDS in Python.';

create function private.session_idle_limit()
returns interval
language sql
immutable
parallel safe
set search_path = ''
as $$
  select interval '8 hours';
$$;
comment on function private.session_idle_limit is
'How long a session lives after its last request, which is recorded in KV only: far longer than an access token, which
clients refresh. Must agree with IDLE_SECONDS in Python.';

create function private.session_unseen_limit()
returns interval
language sql
immutable
parallel safe
set search_path = ''
as $$
  select private.access_token_lifetime() + private.session_idle_limit();
$$;
comment on function private.session_unseen_limit is
'How long after last_seen_at a session may still be alive: the last request may have used the access token at its very
end, and the session then lives on for the idle limit.';

create function private.session_lifetime()
returns interval
language sql
immutable
parallel safe
set search_path = ''
as $$
  select interval '24 hours';
$$;
comment on function private.session_lifetime is
'How long a session lives at most, whatever its use. Must agree with LIFETIME_SECONDS in Python.';
grant execute on function private.session_lifetime to service_role;

create function private.refresh_grace()
returns interval
language sql
immutable
parallel safe
set search_path = ''
as $$
  select interval '60 seconds';
$$;
comment on function private.refresh_grace is
'How far apart our own announcement of a refresh and the refresh in Auth may be. Auth may commit ten seconds after the
request (its GOTRUE_API_MAX_REQUEST_DURATION); the rest is for the clocks of the two.';

create function private.unrecorded_refresh_limit()
returns interval
language sql
immutable
parallel safe
set search_path = ''
as $$
  select interval '30 seconds';
$$;
comment on function private.unrecorded_refresh_limit is
'How long a refresh in Auth that nobody announced may stay unrecorded before it counts as one past us. A token that KV
has forgotten is not known to be ours and is not announced: its record comes only after Auth has answered. Longer than
a request of ours that refreshes. Must agree with UNKNOWN_SECONDS in Python.';

create function private.refresh_reuse_limit()
returns interval
language sql
immutable
parallel safe
set search_path = ''
as $$
  select interval '30 seconds';
$$;
comment on function private.refresh_reuse_limit is
'How long after its first use a refresh token is answered again, with the newest tokens of its session: other tabs may
use it at the same time, and the answer to the first use may be lost. Longer than a request of ours that refreshes. Must
agree with auth.refresh_token_reuse_interval in supabase/config.toml and GRACE_SECONDS in Python.';

create function private.refresh_claim_limit()
returns interval
language sql
immutable
parallel safe
set search_path = ''
as $$
  select interval '10 seconds';
$$;
comment on function private.refresh_claim_limit is
'How long a request of ours keeps the refresh of a session to itself, unless it ends earlier. Requests of the function
that refreshes last no longer.';

create function private.max_open_sessions()
returns integer
language sql
immutable
parallel safe
set search_path = ''
as $$
  select 5;
$$;
comment on function private.max_open_sessions is 'How many sessions of one person may be open at once.';

create function private.recent_authentication_window()
returns interval
language sql
immutable
parallel safe
set search_path = ''
as $$
  select interval '30 minutes';
$$;
comment on function private.recent_authentication_window is
'How long after their last authentication people may make sensitive changes.';

create function private.remembered_device_lifetime()
returns interval
language sql
immutable
parallel safe
set search_path = ''
as $$
  select interval '30 days';
$$;
comment on function private.remembered_device_lifetime is
'How long a remembered device needs no second factor. Must agree with DEVICE_SECONDS in Python.';
grant execute on function private.remembered_device_lifetime to service_role;
