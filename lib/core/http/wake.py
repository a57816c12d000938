"""Wakes the dispatcher after a request that committed events, or jobs for a queue (ADR 56 and 63).

The data API says in a header of its answer that it did: no command has to. The request has been answered by then.
Nothing depends on this call: events whose call is lost are found by the schedule, within the next minute.
"""

import asyncio
import hashlib
import hmac
import logging
import time
from typing import Final

import httpx

from lib.core.config import get_settings
from lib.core.http.client import get_exchange
from lib.core.http.deadline import within
from lib.core.telemetry.context import current_context
from lib.core.telemetry.logs import log

PATH: Final = "/api/v1/cron/events"
# Set by private.announce_work.
HEADER: Final = "x-work-waits"
# An instance calls at most so often. Requests that end meanwhile share the next call.
PAUSE_SECONDS: Final = 0.1
# Less than AFTERWARDS_SECONDS, together with the pause.
TIMEOUT_SECONDS: Final = 0.5
# The call is proven by a token that only the holders of CRON_SECRET can make. It wakes the dispatcher and does
# nothing else, for so many seconds. So the secret itself stays here, also where FUNCTIONS_URL names a foreign address.
TOKEN_SECONDS: Final = 60
_VERSION: Final = "wake-1"


def make_token(secret: str, *, expires_at: int | None = None) -> str:
    """Returns a token for ``PATH`` that holds until ``expires_at`` (Unix time, seconds; by default for a minute)."""
    expiry = str(int(time.time()) + TOKEN_SECONDS if expires_at is None else expires_at)
    return f"{expiry}.{hmac.new(secret.encode(), f'{_VERSION}\n{expiry}'.encode(), hashlib.sha256).hexdigest()}"


def is_token(secret: str, offered: str) -> bool:
    """Tells whether a token was made by a holder of the secret and still holds."""
    expiry, _, _ = offered.partition(".")
    if not (expiry.isascii() and expiry.isdecimal() and len(expiry) <= 12):
        return False
    remaining = int(expiry) - time.time()
    expected = make_token(secret, expires_at=int(expiry))
    return 0 < remaining <= 2 * TOKEN_SECONDS and hmac.compare_digest(offered.encode(), expected.encode())


class _Calls:
    """The calls of this instance."""

    def __init__(self) -> None:
        self.is_waiting = False
        self.last_at = -PAUSE_SECONDS


_calls: Final = _Calls()


def wake_afterwards() -> None:
    """Has the dispatcher woken when this request has been answered. Called once the change is committed.

    A request that does something else afterwards is one of the schedule's, which looks for itself.
    """
    context = current_context()
    context.has_work = True
    if context.afterwards is None:
        context.afterwards = wake


async def wake() -> None:
    """Wakes the dispatcher now, or leaves that to a call that waits. Raises nothing but cancellation."""
    settings = get_settings()
    if settings.functions_url is None or settings.cron_secret is None or _calls.is_waiting:
        return  # a call that waits is made later than now, so the dispatcher looks for these events too
    if settings.environment != "local" and not settings.functions_url.startswith("https:"):
        log(logging.ERROR, "FUNCTIONS_URL has to begin with https, so that nobody reads how the dispatcher is woken")
        return
    _calls.is_waiting = True
    try:
        await asyncio.sleep(_calls.last_at + PAUSE_SECONDS - time.monotonic())
    finally:
        _calls.is_waiting = False
    _calls.last_at = time.monotonic()
    exchange = get_exchange()
    headers = [("Authorization", f"Bearer {make_token(settings.cron_secret)}")]
    try:
        async with within(TIMEOUT_SECONDS):
            answer = await exchange("POST", f"{settings.functions_url}{PATH}", headers=headers)
        problem = None if answer.status_code == 202 else f"answered {answer.status_code}"
    except (TimeoutError, httpx.TransportError) as error:
        problem = type(error).__name__
    if problem:
        log(logging.WARNING, "the dispatcher was not woken", fields={"reason": problem})
