"""Wakes the dispatcher of events after a request that changed something which others keep, such as the edge (ADR 56).

The request has been answered by then. Nothing depends on this call: events whose call is lost are found by the
schedule, within the next minute.
"""

import asyncio
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
# An instance calls at most so often. Requests that end meanwhile share the next call.
PAUSE_SECONDS: Final = 0.1
# Less than AFTERWARDS_SECONDS, together with the pause.
TIMEOUT_SECONDS: Final = 0.5


class _Calls:
    """The calls of this instance."""

    def __init__(self) -> None:
        self.is_waiting = False
        self.last_at = -PAUSE_SECONDS


_calls: Final = _Calls()


def wake_afterwards() -> None:
    """Has the dispatcher woken when this request has been answered. To be called once the change is committed."""
    current_context().afterwards = _wake


async def _wake() -> None:
    settings = get_settings()
    if settings.functions_url is None or settings.cron_secret is None or _calls.is_waiting:
        return  # a call that waits is made later than now, so the dispatcher looks for these events too
    _calls.is_waiting = True
    try:
        await asyncio.sleep(_calls.last_at + PAUSE_SECONDS - time.monotonic())
    finally:
        _calls.is_waiting = False
    _calls.last_at = time.monotonic()
    exchange = get_exchange()
    headers = [("Authorization", f"Bearer {settings.cron_secret}")]
    try:
        async with within(TIMEOUT_SECONDS):
            answer = await exchange("POST", f"{settings.functions_url}{PATH}", headers=headers)
        problem = None if answer.status_code == 202 else f"answered {answer.status_code}"
    except (TimeoutError, httpx.TransportError) as error:
        problem = type(error).__name__
    if problem:
        log(logging.WARNING, "the dispatcher was not woken", fields={"reason": problem})
