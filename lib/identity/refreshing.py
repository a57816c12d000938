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

from lib.core.errors import ServiceUnavailable, Unauthorized
from lib.core.kv import KvUnavailable, ask_kv
from lib.core.logs import log
from lib.core.sessions import check_session, close_sessions, read_session
from lib.core.tokens import AccessToken, verify_token
from lib.identity import administration, auth_client
from lib.identity.auth_client import AuthSession
from lib.identity.models import Tokens
from lib.identity.refresh_tokens import Mark, is_row_token, mark_live, mark_spent, named_session, read_mark
from lib.identity.sign_in import forget_sessions

REUSED: Final = "the refresh token was used before: its session is over"


async def refresh(refresh_token: str, *, address: str) -> tuple[Tokens, UUID]:
    """New tokens for a session that still lives, and which that is.

    Raises Unauthorized with SESSION_INVALID after eight idle hours or a day, since no refresh revives a session, and
    with INVALID_TOKEN for a token that is none. One that was spent before, or used past us, ends its session.
    """
    mark = await _read_mark(refresh_token)
    if mark is not None and mark.is_reused and await _end_reused(mark):
        raise Unauthorized(REUSED, code="SESSION_INVALID")
    await _begin(refresh_token, mark)
    try:
        session = await auth_client.renew(refresh_token, address=address)
    except Unauthorized:
        # Spent, and not by us: somebody went to Auth with it.
        if mark is not None and mark.spent_at is None and await _end_reused(mark):
            raise Unauthorized(REUSED, code="SESSION_INVALID") from None
        raise
    token = await verify_token(session.access_token)
    try:
        record = await ask_kv(read_session(token.session_id))
        check_session(record, token.user_id, may_be_pending=True)
        await ask_kv(
            asyncio.gather(
                mark_live(session.refresh_token, token.session_id, token.user_id),
                *([mark_spent(refresh_token, mark)] if mark else []),
            )
        )
    except KvUnavailable as error:
        # The old refresh token is spent already: without the new ones the person would be signed out. The
        # guard of every request still asks for the session, and so does the database below.
        log(logging.WARNING, "KV is not available", fields={"refused": False, "reason": str(error)})
    except Unauthorized:
        await _end_orphan(session, token)
        raise
    arguments = {"session_id": str(token.session_id), "user_id": str(token.user_id)}
    if not await administration.ask("record_refresh", arguments):
        await _end_orphan(session, token)
        raise Unauthorized("the session has ended: sign in again", code="SESSION_INVALID")
    tokens = Tokens(
        access_token=session.access_token, refresh_token=session.refresh_token, expires_in=session.expires_in
    )
    return tokens, token.session_id


async def _read_mark(refresh_token: str) -> Mark | None:
    try:
        return await ask_kv(read_mark(refresh_token))
    except KvUnavailable as error:
        log(logging.WARNING, "KV is not available", fields={"refused": False, "reason": str(error)})
        return None


async def _begin(refresh_token: str, mark: Mark | None) -> None:
    """Announces that we are about to renew a session.

    Raises Unauthorized (SESSION_INVALID) where somebody else has renewed it past us, and ends it.
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
    ended: list[str] = await administration.ask("begin_refresh", {"wanted": wanted})
    if ended:
        await forget_sessions(ended)
        raise Unauthorized(REUSED, code="SESSION_INVALID")


async def _end_reused(mark: Mark) -> bool:
    """Whether its session still lived."""
    arguments = {"session_id": str(mark.session_id), "user_id": str(mark.user_id)}
    ended = await administration.ask("end_reused_session", arguments)
    await forget_sessions(ended)
    return bool(ended)


async def _end_orphan(session: AuthSession, token: AccessToken) -> None:
    with suppress(ServiceUnavailable, KvUnavailable):  # refused here in any case
        await auth_client.sign_out(session.access_token)
        await ask_kv(close_sessions([token.session_id]))
