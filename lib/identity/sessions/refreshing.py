"""Renews a session by its refresh token, and detects stolen tokens.

One request at a time renews a session: it claims the refresh in the database, which judges the token under a lock and
by its own clock. The others wait, and get the same tokens. A token that comes back later than ``GRACE_SECONDS`` after
its first use was stolen, or its successor was (RFC 9700 §4.14).

Auth accepts the token before the active one at any time, since an answer may get lost
(https://github.com/supabase/auth/blob/master/internal/tokens/service.go). A stolen token that is used at Auth directly
would stay undetected for as long as its owner refreshes here. Auth records when a session was last renewed; the
database compares that with our own records.
"""

import asyncio
import logging
import random
import time
from collections.abc import Awaitable
from contextlib import suppress
from math import ceil
from typing import Final
from uuid import UUID

from lib.core.auth.sessions import change_plan, check_session, close_sessions, read_session
from lib.core.auth.tokens import AccessToken, verify_token
from lib.core.data.kv import KvUnavailable, ask_kv
from lib.core.http.deadline import OWN_SECONDS, at_least, time_left
from lib.core.http.errors import ApiError, GatewayTimeout, ServiceUnavailable, Unauthorized
from lib.core.telemetry.logs import log
from lib.identity import auth_server
from lib.identity.auth_server import AuthSession, is_reuse
from lib.identity.sessions import repository
from lib.identity.sessions.cache import forget_sessions
from lib.identity.sessions.models import RefreshClaim, Tokens
from lib.identity.sessions.refresh_tokens import KeptAnswer, keep_answer, newest_answer

REUSED: Final = "the refresh token was used before: its session has ended"
ENDED: Final = "the session has ended: sign in again"
# As private.unrecorded_refresh_limit.
UNKNOWN_SECONDS: Final = 30
# Between two questions whether another request has finished the refresh: a refresh takes some 0.3 seconds.
PAUSE_SECONDS: Final = 0.1
MAX_PAUSE_SECONDS: Final = 0.8
# The time in which a request that was waiting can refresh the session itself.
NEEDED_SECONDS: Final = 1.0
RETRY_SECONDS: Final = 1


async def refresh(*, refresh_token: str, address: str) -> tuple[Tokens, UUID]:
    """Exchanges a refresh token. Returns new tokens and the session's id. ``address`` is the client's IP address.

    Raises Unauthorized with SESSION_INVALID for a session that was idle for 8 hours or is older than 24 hours, and with
    INVALID_TOKEN for a token that is not valid. A token that was used before, or used at Auth directly, ends its
    session, except within ``GRACE_SECONDS`` of its first use: then it gets the newest tokens of the session. Raises
    ServiceUnavailable while another request refreshes the session and does not finish, or the database cannot tell
    whose the last refresh was.
    """
    claim, answer = await _claim(refresh_token)
    if claim.state == "answered" and answer is not None:
        return _tokens_of(answer), UUID(answer.session_id)
    try:
        session = await _renew(refresh_token, claim, address)
        return await _finish(refresh_token, session)
    except ApiError:
        await _release(claim)
        raise


async def _claim(refresh_token: str) -> tuple[RefreshClaim, KeptAnswer | None]:
    """Waits until the session may be refreshed, or another request has done so and its answer is known.

    Raises Unauthorized (SESSION_INVALID) for a session that has ended, perhaps just now, because of a reused token.
    """
    pause = PAUSE_SECONDS
    while True:
        answer = await _kept_answer(refresh_token)
        claim = await repository.claim_refresh(refresh_token, has_answer=answer is not None)
        match claim.state:
            case "reused":
                await forget_sessions(claim.ended)
                raise Unauthorized(REUSED, code="SESSION_INVALID")
            case "ended":
                raise Unauthorized(ENDED, code="SESSION_INVALID")
            case "undecided":
                raise ServiceUnavailable("the session is being refreshed", retry_after=UNKNOWN_SECONDS)
            case "busy":
                if time_left() < pause + NEEDED_SECONDS:
                    raise ServiceUnavailable("the session is being refreshed", retry_after=RETRY_SECONDS)
            case _:
                return claim, answer
        await asyncio.sleep(pause * random.uniform(0.7, 1.3))  # noqa: S311 - spreads requests, and hides nothing
        pause = min(pause * 1.5, MAX_PAUSE_SECONDS)


async def _kept_answer(refresh_token: str) -> KeptAnswer | None:
    try:
        return await ask_kv(newest_answer(refresh_token))
    except KvUnavailable as error:  # Auth gives the same answer, almost always
        _warn(error)
        return None


def _tokens_of(answer: KeptAnswer) -> Tokens:
    seconds = max(1, ceil(answer.expires_at - time.time()))
    return Tokens(access_token=answer.access_token, refresh_token=answer.refresh_token, expires_in=seconds)


def _warn(error: KvUnavailable) -> None:
    log(logging.WARNING, "KV is not available", fields={"refused": False, "reason": str(error)})


async def _renew(refresh_token: str, claim: RefreshClaim, address: str) -> AuthSession:
    """Renews the session in Auth. A refusal of a token that we issued, and that is not known as used, ends it."""
    try:
        return await auth_server.renew(refresh_token, address=address)
    except Unauthorized as error:
        if claim.session_id is None or claim.user_id is None or claim.is_spent:
            raise
        # No other request of ours used it meanwhile. It was used at Auth directly, or the session has ended there, as
        # by a ban or a sign-out.
        end, reason = repository.end_refused_session, ENDED
        if is_reuse(error):
            end, reason = repository.end_reused_session, REUSED
        ended = await end(session_id=claim.session_id, user_id=claim.user_id)
        await forget_sessions(ended)
        if ended:
            raise Unauthorized(reason, code="SESSION_INVALID") from error
        raise


async def _finish(refresh_token: str, session: AuthSession) -> tuple[Tokens, UUID]:
    """Checks and records a refresh, and returns what the client gets."""
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
    answer = KeptAnswer(
        access_token=session.access_token,
        refresh_token=session.refresh_token,
        expires_at=time.time() + session.expires_in,
        session_id=str(token.session_id),
    )
    if has_kv:
        # Before the refresh is recorded: requests that wait look here as soon as it is.
        await _ask_kv(keep_answer(refresh_token, answer))
    plan = await _record(refresh_token, session.refresh_token, token)
    if plan is None:
        await _end_orphan(session, token)
        raise Unauthorized(ENDED, code="SESSION_INVALID")
    if has_kv and plan != known_plan:
        await _ask_kv(change_plan(token.session_id, plan))
    return _tokens_of(answer), token.session_id


async def _ask_kv(command: Awaitable[None]) -> None:
    try:
        await ask_kv(command)
    except KvUnavailable as error:
        _warn(error)


async def _record(spent: str, issued: str, token: AccessToken) -> str | None:
    """Records the refresh, and tries again if that fails: an unannounced refresh without a record counts as theft.

    Returns the plan that rate limits go by, or None for a session that has ended.
    """
    try:
        return await repository.finish_refresh(token, spent=spent, issued=issued)
    except (GatewayTimeout, ServiceUnavailable) as error:
        log(logging.WARNING, "a refresh is recorded in a second attempt", error=error)
    with at_least(OWN_SECONDS):
        return await repository.finish_refresh(token, spent=spent, issued=issued)


async def _release(claim: RefreshClaim) -> None:
    """Lets the next request refresh the session. If that fails, the claim ends by itself."""
    if claim.session_id is not None:
        with suppress(ApiError), at_least(OWN_SECONDS):
            await repository.release_refresh(session_id=claim.session_id)


async def _end_orphan(session: AuthSession, token: AccessToken) -> None:
    """Ends a session in Auth and in KV that our database does not know as open."""
    with suppress(ServiceUnavailable, KvUnavailable):  # its tokens are refused in any case
        await auth_server.sign_out(session.access_token)
        await ask_kv(close_sessions([token.session_id]))
