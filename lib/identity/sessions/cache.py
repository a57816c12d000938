"""Access to KV for sessions and sign-in: with and without a failure when KV is not available."""

import logging
from collections.abc import Awaitable

from lib.core.auth.sessions import close_sessions
from lib.core.data.kv import KvUnavailable, ask_kv
from lib.core.http.errors import RETRY_AFTER_SECONDS, ServiceUnavailable
from lib.core.telemetry.logs import log


def kv_required(error: KvUnavailable) -> ServiceUnavailable:
    """Returns the error for a request that cannot go on without KV, and logs the reason."""
    log(logging.WARNING, "KV is not available", fields={"refused": True, "reason": str(error)})
    return ServiceUnavailable("signing in is not possible right now", retry_after=RETRY_AFTER_SECONDS)


async def require_kv[T](answer: Awaitable[T]) -> T:
    """Awaits a command of KV that the request cannot go on without. Raises ServiceUnavailable."""
    try:
        return await ask_kv(answer)
    except KvUnavailable as error:
        raise kv_required(error) from error


async def forget_sessions(session_ids: list[str]) -> None:
    """Removes ended sessions from KV. The database refuses them already, so an outage of KV is only logged."""
    try:
        await ask_kv(close_sessions(session_ids))
    except KvUnavailable as error:
        log(logging.WARNING, "ended sessions are still in KV", fields={"reason": str(error)})
