"""Renews a session by its refresh token, and detects stolen tokens.

Auth accepts the token before the active one at any time, since an answer may get lost
(https://github.com/supabase/auth/blob/master/internal/tokens/service.go). A stolen token that is used at Auth directly
would stay undetected for as long as its owner refreshes here. Auth records when a session was last renewed; the
database compares that with our own records.
"""

import asyncio
import logging
from contextlib import suppress
from typing import Final
from uuid import UUID

from lib.core.auth.sessions import change_plan, check_session, close_sessions, read_session
from lib.core.auth.tokens import AccessToken, verify_token
from lib.core.data.kv import KvUnavailable, ask_kv
from lib.core.http.deadline import OWN_SECONDS, at_least
from lib.core.http.errors import GatewayTimeout, ServiceUnavailable, Unauthorized
from lib.core.telemetry.logs import log
from lib.identity import auth_server
from lib.identity.auth_server import AuthSession, is_reuse
from lib.identity.sessions import repository
from lib.identity.sessions.cache import forget_sessions
from lib.identity.sessions.models import Tokens
from lib.identity.sessions.refresh_tokens import Mark, is_row_token, mark_live, mark_spent, named_session, read_mark

REUSED: Final = "the refresh token was used before: its session has ended"
ENDED: Final = "the session has ended: sign in again"
# As private.unrecorded_refresh_limit.
UNKNOWN_SECONDS: Final = 30


async def refresh(*, refresh_token: str, address: str) -> tuple[Tokens, UUID]:
    """Exchanges a refresh token. Returns new tokens and the session's id. ``address`` is the client's IP address.

    Raises Unauthorized with SESSION_INVALID for a session that was idle for 8 hours or is older than 24 hours, and with
    INVALID_TOKEN for a token that is not valid. A token that was used before, or used at Auth directly, ends its
    session. Raises ServiceUnavailable while other requests refresh the session, or the database cannot tell whose the
    last refresh was.
    """
    mark = await _read_mark(refresh_token)
    if mark is not None and mark.is_reused and await _end_reused(mark):
        raise Unauthorized(REUSED, code="SESSION_INVALID")
    await _begin(refresh_token, mark)
    session = await _renew(refresh_token, mark, address)
    token = await verify_token(session.access_token)
    has_kv, known_plan = True, None
    try:
        record = await ask_kv(read_session(token.session_id))
        known_plan = check_session(record, token.user_id, may_be_pending=True).plan
    except KvUnavailable as error:
        # The old refresh token is used up already: without the new ones the person would be signed out. The database
        # checks the session below, and the guard of every later request does.
        has_kv = False
        _warn(error)
    except Unauthorized:
        await _end_orphan(session, token)
        raise
    plan = await _record(token)
    if plan is None:
        await _end_orphan(session, token)
        raise Unauthorized(ENDED, code="SESSION_INVALID")
    if has_kv:
        await _mark(refresh_token, mark, session, token, new_plan=plan if plan != known_plan else None)
    tokens = Tokens(
        access_token=session.access_token, refresh_token=session.refresh_token, expires_in=session.expires_in
    )
    return tokens, token.session_id


def _warn(error: KvUnavailable) -> None:
    log(logging.WARNING, "KV is not available", fields={"refused": False, "reason": str(error)})


async def _renew(refresh_token: str, mark: Mark | None, address: str) -> AuthSession:
    """Renews the session in Auth. A refusal of a token that we issued, and that is not known as used, ends it."""
    try:
        return await auth_server.renew(refresh_token, address=address)
    except Unauthorized as error:
        if mark is None or mark.spent_at is not None:
            raise
        # The token was used at Auth directly, or the session has ended there, as by a ban.
        if is_reuse(error):
            has_ended, reason = await _end_reused(mark), REUSED
        else:
            has_ended, reason = await _end_refused(mark), ENDED
        if has_ended:
            raise Unauthorized(reason, code="SESSION_INVALID") from error
        raise


async def _record(token: AccessToken) -> str | None:
    """Records the refresh, and tries again if that fails: an unannounced refresh without a record counts as theft.

    Returns the plan that rate limits go by, or None for a session that has ended.
    """
    try:
        return await repository.record_refresh(session_id=token.session_id, user_id=token.user_id)
    except (GatewayTimeout, ServiceUnavailable) as error:
        log(logging.WARNING, "a refresh is recorded in a second attempt", error=error)
    with at_least(OWN_SECONDS):
        return await repository.record_refresh(session_id=token.session_id, user_id=token.user_id)


async def _mark(
    refresh_token: str, mark: Mark | None, session: AuthSession, token: AccessToken, *, new_plan: str | None
) -> None:
    """Marks the tokens, only after the refresh is recorded: a client that got no answer sends the old token again."""
    try:
        await ask_kv(
            asyncio.gather(
                mark_live(session.refresh_token, token.session_id, token.user_id),
                *([mark_spent(refresh_token, mark)] if mark else []),
                *([change_plan(token.session_id, new_plan)] if new_plan else []),
            )
        )
    except KvUnavailable as error:
        _warn(error)


async def _read_mark(refresh_token: str) -> Mark | None:
    try:
        return await ask_kv(read_mark(refresh_token))
    except KvUnavailable as error:
        _warn(error)
        return None


async def _begin(refresh_token: str, mark: Mark | None) -> None:
    """Announces that we are about to renew a session.

    Raises Unauthorized (SESSION_INVALID), and ends the session, if it was renewed at Auth directly;
    ServiceUnavailable while the database cannot tell whose the last refresh was.
    """
    if mark is not None:
        ended = await repository.announce_refresh(session_id=mark.session_id)
    elif (session_id := named_session(refresh_token)) is not None:
        ended = await repository.check_refresh(session_id=session_id)
    elif is_row_token(refresh_token):
        ended = await repository.check_refresh(token=refresh_token)
    else:
        return  # Auth refuses it
    if ended is None:
        raise ServiceUnavailable("the session is being refreshed", retry_after=UNKNOWN_SECONDS)
    if ended:
        await forget_sessions(ended)
        raise Unauthorized(REUSED, code="SESSION_INVALID")


async def _end_reused(mark: Mark) -> bool:
    """Ends the session of a token that was used twice. Returns whether it was still open."""
    ended = await repository.end_reused_session(session_id=mark.session_id, user_id=mark.user_id)
    await forget_sessions(ended)
    return bool(ended)


async def _end_refused(mark: Mark) -> bool:
    """Ends the session of a token that Auth refuses. Returns whether it was still open."""
    ended = await repository.end_refused_session(session_id=mark.session_id, user_id=mark.user_id)
    await forget_sessions(ended)
    return bool(ended)


async def _end_orphan(session: AuthSession, token: AccessToken) -> None:
    """Ends a session in Auth and in KV that our database does not know as open."""
    with suppress(ServiceUnavailable, KvUnavailable):  # its tokens are refused in any case
        await auth_server.sign_out(session.access_token)
        await ask_kv(close_sessions([token.session_id]))
