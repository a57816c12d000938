"""Renews a session by its refresh token, and notices one that somebody else used.

Auth takes the token before the active one at any time, since an answer may get lost
(https://github.com/supabase/auth/blob/master/internal/tokens/service.go). Whoever uses a stolen token at Auth itself
would so go unnoticed for as long as its owner refreshes here. Auth writes down when a session was last renewed; the
database compares that with what we recorded.
"""

import asyncio
import logging
from contextlib import suppress
from typing import Any, Final
from uuid import UUID

from lib.core.auth.sessions import check_session, close_sessions, read_session
from lib.core.auth.tokens import AccessToken, verify_token
from lib.core.data.kv import KvUnavailable, ask_kv
from lib.core.http.deadline import OWN_SECONDS, at_least
from lib.core.http.errors import GatewayTimeout, ServiceUnavailable, Unauthorized
from lib.core.telemetry.logs import log
from lib.identity import administration, auth_client
from lib.identity.auth_client import AuthSession
from lib.identity.auth_errors import is_reuse
from lib.identity.models import Tokens
from lib.identity.refresh_tokens import Mark, is_row_token, mark_live, mark_spent, named_session, read_mark
from lib.identity.sign_in import forget_sessions

REUSED: Final = "the refresh token was used before: its session is over"
ENDED: Final = "the session has ended: sign in again"
# As private.unrecorded_refresh_limit.
UNKNOWN_SECONDS: Final = 30


async def refresh(refresh_token: str, *, address: str) -> tuple[Tokens, UUID]:
    """Returns new tokens and the session's id.

    Raises Unauthorized with SESSION_INVALID after eight idle hours or a day, since no refresh revives a session, and
    with INVALID_TOKEN for a token that is none. A token that was spent before, or used past us, ends its session.
    Raises ServiceUnavailable while other requests refresh the session, or one did and its record is not there yet.
    """
    mark = await _read_mark(refresh_token)
    if mark is not None and mark.is_reused and await _end(mark, "end_reused_session"):
        raise Unauthorized(REUSED, code="SESSION_INVALID")
    await _begin(refresh_token, mark)
    session = await _renew(refresh_token, mark, address)
    token = await verify_token(session.access_token)
    has_kv = True
    try:
        record = await ask_kv(read_session(token.session_id))
        check_session(record, token.user_id, may_be_pending=True)
    except KvUnavailable as error:
        # The old refresh token is spent already: without the new ones the person would be signed out. The
        # guard of every request still asks for the session, and so does the database below.
        has_kv = False
        _warn(error)
    except Unauthorized:
        await _end_orphan(session, token)
        raise
    if not await _record(token):
        await _end_orphan(session, token)
        raise Unauthorized(ENDED, code="SESSION_INVALID")
    if has_kv:
        await _mark(refresh_token, mark, session, token)
    tokens = Tokens(
        access_token=session.access_token, refresh_token=session.refresh_token, expires_in=session.expires_in
    )
    return tokens, token.session_id


def _warn(error: KvUnavailable) -> None:
    log(logging.WARNING, "KV is not available", fields={"refused": False, "reason": str(error)})


async def _renew(refresh_token: str, mark: Mark | None, address: str) -> AuthSession:
    """Asks Auth. A refusal of a token that we have issued, and not seen spent, ends its session."""
    try:
        return await auth_client.renew(refresh_token, address=address)
    except Unauthorized as error:
        if mark is None or mark.spent_at is not None:
            raise
        # Spent at Auth itself, or the session has ended there, as by a ban.
        function, reason = ("end_reused_session", REUSED) if is_reuse(error) else ("end_refused_session", ENDED)
        if await _end(mark, function):
            raise Unauthorized(reason, code="SESSION_INVALID") from error
        raise


async def _record(token: AccessToken) -> bool:
    """Records the refresh, in a second attempt where the first fails: one that stays unrecorded, and that nobody
    announced, counts as one past us. Returns False for a session that has ended."""
    arguments = {"session_id": str(token.session_id), "user_id": str(token.user_id)}
    try:
        return await administration.tell("record_refresh", arguments)
    except (GatewayTimeout, ServiceUnavailable) as error:
        log(logging.WARNING, "a refresh is recorded in a second attempt", error=error)
    with at_least(OWN_SECONDS):
        return await administration.tell("record_refresh", arguments)


async def _mark(refresh_token: str, mark: Mark | None, session: AuthSession, token: AccessToken) -> None:
    """Only when the refresh is recorded: a client that got no answer sends the old token again."""
    try:
        await ask_kv(
            asyncio.gather(
                mark_live(session.refresh_token, token.session_id, token.user_id),
                *([mark_spent(refresh_token, mark)] if mark else []),
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

    Raises Unauthorized (SESSION_INVALID) where somebody else has renewed it past us, and ends it; ServiceUnavailable
    while it is not known whether the last one was ours.
    """
    if mark is not None:
        wanted: dict[str, Any] = {"sessionId": str(mark.session_id), "isOurs": True}
    elif (session_id := named_session(refresh_token)) is not None:
        # Anyone can write such a token: it only has the session looked at, and announces nothing.
        wanted = {"sessionId": str(session_id), "isOurs": False}
    elif is_row_token(refresh_token):
        wanted = {"token": refresh_token, "isOurs": False}
    else:
        return  # Auth refuses it
    ended: list[str] | None = await administration.tell("begin_refresh", {"wanted": wanted})
    if ended is None:
        raise ServiceUnavailable("the session is being refreshed", retry_after=UNKNOWN_SECONDS)
    if ended:
        await forget_sessions(ended)
        raise Unauthorized(REUSED, code="SESSION_INVALID")


async def _end(mark: Mark, function: str) -> bool:
    """Ends the session of a refresh token. Returns whether it was still open."""
    arguments = {"session_id": str(mark.session_id), "user_id": str(mark.user_id)}
    ended = await administration.tell(function, arguments)
    await forget_sessions(ended)
    return bool(ended)


async def _end_orphan(session: AuthSession, token: AccessToken) -> None:
    with suppress(ServiceUnavailable, KvUnavailable):  # refused here in any case
        await auth_client.sign_out(session.access_token)
        await ask_kv(close_sessions([token.session_id]))
